import { isOutdated } from '../../feeds/index.js';
import type { FeedOutcome } from '../indexing/feed-outcome.js';
import type { LoadedIndex } from '../indexing/threat-index.js';
import { isoTime } from './status-values.js';
import type { FeedStatus, IndexStatus } from './status.js';

/** The part of the page about the index in use. */
export function indexPage(
  index: LoadedIndex | undefined,
  damagesLastQuarterHour: number,
  nowMs: number,
): IndexStatus | null {
  if (index === undefined) return null;
  const { compiled, feeds, pin } = index;
  return {
    version: compiled.index.version,
    indicators: compiled.index.indicatorCount,
    isPinned: pin !== undefined,
    unfilterableMasks: compiled.filter.unfilterableMasks,
    damagesLastQuarterHour,
    feeds: feeds.map((feed) => feedPage(feed, nowMs)),
  };
}

function feedPage(feed: FeedOutcome, nowMs: number): FeedStatus {
  const { name, state, role, records, problemCount, modifiedAtMs, failure } = feed;
  // A feed that was never there has no file and no age.
  const hasFile = modifiedAtMs > 0;
  return {
    name,
    state,
    role,
    records,
    faultyRecords: problemCount,
    writtenAt: isoTime(hasFile ? modifiedAtMs : undefined),
    ageSeconds: hasFile ? Math.max(0, Math.round((nowMs - modifiedAtMs) / 1000)) : null,
    isOutdated: hasFile && isOutdated(feed, nowMs),
    failure: failure?.message ?? null,
  };
}
