import { setTimeout as sleep } from 'node:timers/promises';

import { readExpected } from '../expected.js';
import { consoleEventOf, typeOf, type ReadConsoleEvent } from './console-event.js';
import type { AskedService } from './evidence.js';
import { judgeConsole, type ConsoleJudgement } from './judge-console.js';
import { noticesQuery, runQuery } from './queries.js';
import { buildConsoleReport, type ConsoleReport, type ConsoleStop } from './console-report.js';
import { everywhere, sortRunEvents, type RunEvents, type RunKeys } from './run-events.js';
import { sendTestEvents, type TestEventOptions } from './send-test-events.js';

/** One search; throws when the console cannot answer it within `timeLimitMs`. */
export type SearchConsole = (
  aql: string,
  timeLimitMs: number,
) => Promise<readonly Readonly<Record<string, unknown>>[]>;

export interface ConsoleRunOptions extends TestEventOptions {
  readonly search: SearchConsole;
  /** Log source identifiers, and the names of the log sources that have them. */
  readonly detections: RunKeys['detections'];
  readonly verification: RunKeys['verification'];
  readonly expectedFile?: string | undefined;
  /** Feeds to judge; undefined: those the service says it has loaded. */
  readonly feeds?: readonly string[] | undefined;
  /** Feeds to judge where the service does not say; undefined: those anything is seen of. */
  readonly otherwiseFeeds?: readonly string[] | undefined;
  /** From the last event sent; one search may take as long as well. */
  readonly timeLimitMs: number;
  readonly pollMs?: number;
  /** Where nobody says which feeds there are: how long no further detection ends the run. */
  readonly quietMs?: number;
  /** Asks the service about itself; never throws. */
  readonly askService?: () => Promise<AskedService>;
  /** Told while it is waited for JSA. */
  readonly onProgress?: (passed: number, rows: number) => void;
}

/** Status and evaluation events are told of this period. */
const noticeMinutes = 60;

/** How long a log source may hold an event before it can be searched, clock differences aside. */
const marginMinutes = 5;

/**
 * Sends the verification events to JSA as their log source would, and asks the console what it has of
 * this run, until every expected detection is there or the time is over. Resolves with the report
 * whatever came out; throws VerificationError when it cannot start, and what `search` throws when the
 * console cannot be asked at all.
 */
export async function runConsoleVerification(options: ConsoleRunOptions): Promise<ConsoleReport> {
  const startedAtMs = Date.now();
  const { sender, verification, detections, askService } = options;
  const expected = await readExpected(options.expectedFile);
  const before = await askService?.();
  const feedPatterns = options.feeds ?? feedsOf(before) ?? options.otherwiseFeeds;
  const { mark, sentKeys, events, sent } = await sendTestEvents(options);
  const keys = { mark, verification, detections };
  const judgeNow = (found: RunEvents): ConsoleJudgement =>
    judgeConsole({ expected, sentKeys, detections: found.detections, feedPatterns });
  const { found, stopped } = await collect(
    { ...options, feeds: feedPatterns },
    keys,
    sent,
    judgeNow,
  );
  const notices = await searchNotices(options);
  return buildConsoleReport({
    mark,
    startedAtMs,
    durationMs: Date.now() - startedAtMs,
    stopped,
    collector: sender.address,
    identifier: detections.identifier,
    verificationIdentifier: verification.identifier,
    events,
    sent,
    found,
    notices,
    judgement: judgeNow(found),
    before,
    after: await askService?.(),
  });
}

/** Searches until all is there, nothing can come any more, or the time is over. */
async function collect(
  options: ConsoleRunOptions,
  keys: RunKeys,
  sent: number,
  judgeNow: (found: RunEvents) => ConsoleJudgement,
): Promise<{ readonly found: RunEvents; readonly stopped: ConsoleStop }> {
  const { search, timeLimitMs, pollMs = 2000, quietMs = 15_000, signal } = options;
  const sentAtMs = Date.now();
  const deadlineMs = sentAtMs + timeLimitMs;
  let found = sortRunEvents([], keys);
  let lastSeen = 0;
  let changedAtMs = sentAtMs;
  for (let attempt = 0; ; attempt += 1) {
    const minutes = Math.ceil((Date.now() - sentAtMs) / 60_000) + marginMinutes;
    try {
      const rows = await search(runQuery(keys.mark, minutes), timeLimitMs);
      found = sortRunEvents(rows.map(consoleEventOf), keys);
    } catch (error) {
      // What was found before is worth more than the news that one search of many failed.
      if (attempt === 0 || signal?.aborted === true) throw error;
      return { found, stopped: 'search-failed' };
    }
    const { rows, otherFeeds } = judgeNow(found);
    const passed = rows.filter(({ result }) => result === 'pass').length;
    options.onProgress?.(passed, rows.length);
    const seen = everywhere(found.detections).length;
    if (seen !== lastSeen) [lastSeen, changedAtMs] = [seen, Date.now()];
    const isWhole = everywhere(found.verification).length >= sent;
    // Nobody says which feeds there are: what has not come for a while is of a feed that is not loaded.
    const isQuiet = Date.now() - changedAtMs >= quietMs;
    const isKnown = options.feeds !== undefined || otherFeeds.length === 0 || isQuiet;
    const isComplete = rows.length > 0 && rows.every(({ result }) => result !== 'MISS');
    if (isWhole && isComplete && isKnown) return { found, stopped: 'complete' };
    if (signal?.aborted === true) return { found, stopped: 'stopped' };
    if (Date.now() + pollMs > deadlineMs) return { found, stopped: 'time-limit' };
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Status and evaluation events; none when they cannot be searched: the run is judged without them. */
async function searchNotices(options: ConsoleRunOptions): Promise<readonly ReadConsoleEvent[]> {
  const aql = noticesQuery(options.detections.identifier, noticeMinutes);
  try {
    const rows = await options.search(aql, options.timeLimitMs);
    return rows.map(consoleEventOf).filter((event) => {
      const type = typeOf(event);
      return type === 'Status' || type === 'Evaluation';
    });
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    return [];
  }
}

function feedsOf(service: AskedService): readonly string[] | undefined {
  if (service === undefined || !('view' in service)) return undefined;
  return service.view.feeds.length === 0 ? undefined : service.view.feeds;
}
