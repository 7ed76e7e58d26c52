import type { Expectation, ExpectationTable, ExpectedResults } from './expected.js';
import { indicatorKey } from './indicators.js';
import { bareName, matchesName } from './name-patterns.js';

/** A detection of this run, as far as judging needs it. */
export interface SeenDetection {
  /** Event id. */
  readonly event: string;
  /** The matched indicator, as the detection shows it. */
  readonly indicator: string;
}

/** One line of the table: what one feed must give for one indicator, and whether it did. */
export interface VerificationRow {
  readonly feed: string;
  readonly table: ExpectationTable;
  readonly indicator: string;
  /** The event id that must come back. */
  readonly expected: string;
  /** The event id that came back; another one than expected when only that was seen. */
  readonly seen: string | undefined;
  readonly passed: boolean;
  /** Why it missed. */
  readonly note: string | undefined;
}

/**
 * `clean`: for a value that no feed may know. `duplicate`: more often than loaded feeds explain.
 * `other`: for a value or with an event id that the expected results do not name, as an
 * additional feed gives it; this one is told and does not fail the verification.
 */
export type UnexpectedKind = 'clean' | 'duplicate' | 'other';

export interface UnexpectedDetections {
  readonly kind: UnexpectedKind;
  readonly event: string;
  readonly indicator: string;
  readonly count: number;
}

export interface Judgement {
  readonly rows: readonly VerificationRow[];
  readonly unexpected: readonly UnexpectedDetections[];
  /** Feeds that were judged, and those that were not because they are not loaded. */
  readonly judgedFeeds: readonly string[];
  readonly otherFeeds: readonly string[];
}

export interface JudgeInput {
  readonly expected: ExpectedResults;
  /** Keys (indicatorKey) of all values that were sent; what was not sent is not expected. */
  readonly sentKeys: ReadonlySet<string>;
  readonly detections: readonly SeenDetection[];
  /**
   * Names or patterns of the loaded feeds. Undefined: a feed counts as loaded when the service
   * announced it or when a detection shows it.
   */
  readonly feedPatterns: readonly string[] | undefined;
  /** Feeds the service announced with KL_ALERT_UpdatedFeed. */
  readonly announcedFeeds: ReadonlySet<string>;
}

interface Entry {
  readonly feed: string;
  readonly expectation: Expectation;
  readonly key: string;
}

/**
 * Compares what came back with what must come back.
 *
 * A detection does not say which feed it is from, so two feeds that give the same event id for
 * the same indicator are told apart by number. Example: `http://fakess123bn.nu` stands in
 * Botnet_CnC_URL and Demo_Botnet_CnC_URL; both loaded, KL_BotnetCnC_URL must come back twice. If
 * it comes once, the row of the later feed misses and its note says that it cannot be told which.
 */
export function judge(input: JudgeInput): Judgement {
  const counts = new Map<string, number>();
  for (const detection of input.detections) {
    const key = keyOf(detection.event, detection.indicator);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const entries = entriesOf(input.expected, input.sentKeys);
  const groups = groupByKey(entries);
  const loaded = loadedFeeds(input, groups, counts);
  const remaining = new Map(counts);
  const passed = new Set<Entry>();
  // Loaded feeds first: what a feed that is not judged may have given explains only the rest.
  for (const isLoaded of [true, false]) {
    for (const entry of entries) {
      if (loaded.has(entry.feed) !== isLoaded) continue;
      const count = remaining.get(entry.key) ?? 0;
      if (count === 0) continue;
      remaining.set(entry.key, count - 1);
      passed.add(entry);
    }
  }
  const unexpected = unexpectedOf(input, remaining, groups);
  const rows = entries
    .filter((entry) => loaded.has(entry.feed))
    .map((entry) => rowOf(entry, passed.has(entry), groups, loaded, counts, unexpected));
  const feeds = [...new Set(entries.map((entry) => entry.feed))];
  return {
    rows,
    unexpected,
    judgedFeeds: feeds.filter((feed) => loaded.has(feed)),
    otherFeeds: feeds.filter((feed) => !loaded.has(feed)),
  };
}

function keyOf(event: string, indicator: string): string {
  return `${event} ${indicatorKey(indicator)}`;
}

function entriesOf(expected: ExpectedResults, sentKeys: ReadonlySet<string>): readonly Entry[] {
  const entries: Entry[] = [];
  for (const [feed, expectations] of expected.feeds) {
    for (const expectation of expectations) {
      if (!sentKeys.has(indicatorKey(expectation.indicator))) continue;
      const key = keyOf(expectation.event, expectation.indicator);
      entries.push({ feed, expectation, key });
    }
  }
  return entries;
}

function groupByKey(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.key);
    if (group === undefined) groups.set(entry.key, [entry]);
    else group.push(entry);
  }
  return groups;
}

/** The feeds that are judged; see JudgeInput.feedPatterns. */
function loadedFeeds(
  input: JudgeInput,
  groups: ReadonlyMap<string, readonly Entry[]>,
  counts: ReadonlyMap<string, number>,
): ReadonlySet<string> {
  const names = [...input.expected.feeds.keys()];
  const patterns = input.feedPatterns;
  if (patterns !== undefined) {
    return new Set(names.filter((name) => patterns.some((pattern) => matchesName(pattern, name))));
  }
  const announced = new Set([...input.announcedFeeds].map(bareName));
  const loaded = new Set(names.filter((name) => announced.has(bareName(name))));
  // What only one feed can have given proves that feed; the shared ones come after, by number.
  for (const [key, group] of [...groups].sort(([, a], [, b]) => a.length - b.length)) {
    const known = group.filter((entry) => loaded.has(entry.feed)).length;
    const unexplained = (counts.get(key) ?? 0) - known;
    const unknown = group.filter((entry) => !loaded.has(entry.feed));
    for (const entry of unknown.slice(0, Math.max(0, unexplained))) loaded.add(entry.feed);
  }
  return loaded;
}

function rowOf(
  entry: Entry,
  passed: boolean,
  groups: ReadonlyMap<string, readonly Entry[]>,
  loaded: ReadonlySet<string>,
  counts: ReadonlyMap<string, number>,
  unexpected: readonly UnexpectedDetections[],
): VerificationRow {
  const { feed, expectation, key } = entry;
  const { indicator, table } = expectation;
  const base = { feed, table, indicator, expected: expectation.event };
  if (passed) return { ...base, seen: expectation.event, passed, note: undefined };
  const sharing = (groups.get(key) ?? []).filter((other) => loaded.has(other.feed));
  const seenCount = counts.get(key) ?? 0;
  if (seenCount > 0) {
    const feeds = sharing.map((other) => other.feed).join(' and ');
    const note = `seen ${seenCount} of ${sharing.length} that ${feeds} give; which is missing cannot be told`;
    return { ...base, seen: undefined, passed, note };
  }
  const instead = unexpected.find(
    (other) => other.kind === 'other' && indicatorKey(other.indicator) === indicatorKey(indicator),
  );
  const note = instead === undefined ? 'no detection came back' : 'came back as another event';
  return { ...base, seen: instead?.event, passed, note };
}

function unexpectedOf(
  input: JudgeInput,
  remaining: ReadonlyMap<string, number>,
  groups: ReadonlyMap<string, readonly Entry[]>,
): readonly UnexpectedDetections[] {
  const clean = new Set(input.expected.clean.map(indicatorKey));
  const found = new Map<string, UnexpectedDetections>();
  for (const { event, indicator } of input.detections) {
    const key = keyOf(event, indicator);
    const count = remaining.get(key) ?? 0;
    if (count === 0 || found.has(key)) continue;
    const kind = clean.has(indicatorKey(indicator))
      ? 'clean'
      : groups.has(key)
        ? 'duplicate'
        : 'other';
    found.set(key, { kind, event, indicator, count });
  }
  return [...found.values()];
}
