import {
  ServiceError,
  type FeedProblem,
  type FeedRecord,
  type Indicator,
} from '../../core/index.js';
import {
  createRules,
  hasNoRules,
  longestRow,
  overBroad,
  type FeedFile,
} from '../../feeds/index.js';
import type { OutcomeTally } from './outcome-tally.js';

export interface FeedReadOptions {
  readonly nowMs: number;
  /** Whether all of its records are over: they are counted, not taken. */
  readonly isExpired: boolean;
  /** How many records may be taken before the limit of all feeds together. */
  readonly room: number;
  readonly tally: OutcomeTally;
  readonly signal?: AbortSignal | undefined;
  readonly onRecord: (record: FeedRecord) => void;
  /** Told every record of the feed, taken or not. */
  readonly onSeen?: ((record: FeedRecord) => void) | undefined;
  readonly onProblem?: ((problem: FeedProblem) => void) | undefined;
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Reads one feed: what its rules and the hygiene let pass goes to `onRecord`; everything is counted in
 * `tally`. Throws ServiceError TF_FEED when the file is damaged as a whole, or when none of its
 * records can be used.
 */
export async function readFeed(file: FeedFile, options: FeedReadOptions): Promise<void> {
  const { tally, isExpired, room, signal, onRecord, onSeen, onProblem, onBytes } = options;
  const rules = hasNoRules(file.rules)
    ? undefined
    : createRules(file.rules, options.nowMs, `feed ${file.info.name}`);
  const { allowsOverBroad } = file.rules;
  const report = (problem: FeedProblem): void => {
    tally.problem(problem);
    onProblem?.(problem);
  };
  const reading = {
    signal,
    onProgress: onBytes,
    onPassed(what: Parameters<OutcomeTally['pass']>[0]) {
      tally.pass(what);
    },
  };
  let results = 0;
  let usable = 0;
  for await (const result of file.read(reading)) {
    results += 1;
    if (!result.ok) {
      report(result.problem);
      continue;
    }
    tally.read += 1;
    const number = result.value.number ?? results;
    onSeen?.(result.value);
    const record = allowsOverBroad
      ? result.value
      : withoutOverBroad(result.value, number, file, report);
    if (record === undefined) continue;
    usable += 1;
    const judgement = rules?.judge(record);
    if (judgement?.kind === 'left-out') tally.leaveOut(judgement.why, number, judgement.detail);
    else if (isExpired)
      tally.leaveOut('expired', number, 'the feed was last confirmed too long ago');
    else if (tally.records >= room) tally.leaveOut('total-limit', number, 'matching.maxRecords');
    else {
      const taken = judgement?.record ?? record;
      onRecord(taken);
      tally.take(taken);
    }
  }
  if (tally.problemCount > 0 && usable === 0) throw allBad(tally);
}

/** The record without indicators that cover half of the world; undefined when none is left. */
function withoutOverBroad(
  record: FeedRecord,
  number: number,
  { info }: FeedFile,
  report: (problem: FeedProblem) => void,
): FeedRecord | undefined {
  const { indicators } = record;
  // Nothing is made for the many records that are fine.
  let refused: Map<Indicator, string> | undefined;
  for (let at = 0; at < indicators.length; at++) {
    const indicator = indicators[at] as Indicator;
    const why = overBroad(indicator, info.role);
    if (why !== undefined) (refused ??= new Map()).set(indicator, `"${indicator.value}" ${why}`);
  }
  if (refused === undefined) return record;
  const broad = refused;
  const reasons = [...broad.values()].join('; ');
  const kept = indicators.filter((indicator) => !broad.has(indicator));
  const what = kept.length > 0 ? 'its other indicators are used' : 'left out';
  report({
    record: number,
    fault: 'over-broad',
    reason: `${what}: ${reasons}`,
    row: JSON.stringify(record.fields ?? indicators).slice(0, longestRow),
  });
  return kept.length > 0 ? { ...record, indicators: kept } : undefined;
}

/** A feed without one usable record is a damaged file, not an empty feed. */
function allBad(tally: OutcomeTally): ServiceError {
  const first = tally.outcome().problems[0];
  const example = first === undefined ? '' : `, e.g. record ${first.record}: ${first.reason}`;
  return new ServiceError('TF_FEED', `no record can be used${example}`, {
    hint: 'check that the file is a threat feed; which of its fields hold indicators, and where its records are, can be said by fields and rootElement',
  });
}
