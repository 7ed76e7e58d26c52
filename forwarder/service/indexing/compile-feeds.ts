import { ServiceError } from '../../core/index.js';
import { fetchTimesOf, type FeedFault, type FeedFile, type FoundFeeds } from '../../feeds/index.js';
import type { IndexFileBuilder } from '../../matching/index.js';
import { factsOf, outcomesOf } from './feed-facts.js';
import { failureOf, feedLoadError, refuseFaults } from './feed-load-error.js';
import type { FeedFailure, FeedOutcome, FeedState, RecordGroup } from './feed-outcome.js';
import { IndicatorSet } from './indicator-set.js';
import { OutcomeTally } from './outcome-tally.js';
import type { PreviousIndex } from './previous-index.js';
import type { Quarantine } from './quarantine.js';
import { readFeed } from './read-feed.js';

/** How far a load has come; `totalBytes` is the sum of the files' sizes. */
export interface LoadProgress {
  readonly feed: string;
  readonly bytes: number;
  readonly totalBytes: number;
  readonly records: number;
}

export interface ReadOptions {
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Ends the work early; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface CompileFeedsOptions extends ReadOptions {
  readonly nowMs: number;
  /** The index before. With it, a feed that cannot be used leaves its records as they were. */
  readonly previous?: PreviousIndex | undefined;
  /** The most records of all feeds together. */
  readonly maxRecords?: number | undefined;
  /** Names of feeds that may shrink, whatever they had before. */
  readonly mayShrink: ReadonlySet<string>;
  readonly quarantineFor: (feed: string) => Pick<Quarantine, 'add' | 'finish' | 'abandon'>;
}

/** A new version of a feed with a smaller share of the records before is not believed. */
const believedShare = 0.5;
const minuteMs = 60_000;

type Builder = Pick<IndexFileBuilder, 'addFeed' | 'addRecord'>;

/**
 * Reads all feeds, one after the other, into an index; then what stands in for those that cannot be
 * opened: the records they have in the index before.
 *
 * Throws FeedLoadError when a feed cannot be read: what the builder has by then is of no use, and the
 * caller may begin anew with that feed among the faults. Without an index before, any fault is
 * thrown, but for feeds that are still to be fetched. Throws the reason of `signal` when that ends it.
 */
export async function compileFeeds(
  { files, faults }: FoundFeeds,
  builder: Builder,
  options: CompileFeedsOptions,
): Promise<readonly FeedOutcome[]> {
  const compiler = new FeedCompiler(files, builder, options);
  if (options.previous === undefined) refuseFaults(faults);
  for (const file of files) await compiler.read(file);
  for (const fault of faults) compiler.standIn(fault);
  return compiler.outcomes;
}

class FeedCompiler {
  readonly outcomes: FeedOutcome[] = [];
  readonly #builder: Builder;
  readonly #options: CompileFeedsOptions;
  readonly #totalBytes: number;
  #bytesBefore = 0;
  #records = 0;

  constructor(files: readonly FeedFile[], builder: Builder, options: CompileFeedsOptions) {
    this.#builder = builder;
    this.#options = options;
    this.#totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  /** Reads a feed, and takes over what left it and still holds. */
  async read(file: FeedFile): Promise<void> {
    const { nowMs, previous, signal, quarantineFor } = this.#options;
    const { name } = file.info;
    const isFetched = file.fetchedFrom !== undefined;
    const times = isFetched ? await fetchTimesOf(file.path) : undefined;
    // A local file is its own source: what is in it is in the feed now.
    const lastSeenAtMs = times?.confirmedAtMs ?? (isFetched ? file.modifiedAtMs : nowMs);
    const tally = new OutcomeTally();
    const seen =
      file.lifetimeMinutes > 0 && previous !== undefined ? new IndicatorSet() : undefined;
    const quarantine = quarantineFor(name);
    const feed = this.#builder.addFeed(file.info);
    const groups: RecordGroup[] = [{ feed, lastSeenAtMs }];
    try {
      await readFeed(file, {
        nowMs,
        isExpired: isOver(file, lastSeenAtMs, nowMs),
        room: (this.#options.maxRecords ?? Infinity) - this.#records,
        tally,
        signal,
        onRecord: (record) => {
          this.#builder.addRecord(feed, record);
        },
        onSeen:
          seen &&
          (({ indicators }) => {
            for (const indicator of indicators) seen.add(indicator);
          }),
        onProblem(problem) {
          quarantine.add(problem);
        },
        onBytes: (bytes) => {
          this.#progress(name, bytes, tally.records);
        },
      });
      this.#checkSize(file, tally);
    } catch (error) {
      quarantine.abandon();
      signal?.throwIfAborted();
      // A fault of the index's own file is no fault of the feed.
      if (error instanceof ServiceError && error.code === 'TF_INDEX') throw error;
      throw feedLoadError(name, file.path, error);
    }
    quarantine.finish();
    const own = tally.records;
    if (seen !== undefined) {
      groups.push(...this.#retain(file, seen, tally, times?.confirmedBeforeMs ?? nowMs));
    }
    this.#bytesBefore += file.sizeBytes;
    this.#records += tally.records;
    const retained = tally.records - own;
    this.outcomes.push({
      ...factsOf(file),
      state: 'loaded',
      isOver: isOver(file, lastSeenAtMs, nowMs),
      retained,
      groups,
      ...tally.outcome(),
    });
  }

  /** What stands in for a feed that cannot be used: its records of the index before, if there are any. */
  standIn(fault: FeedFault): void {
    const { name, entry, error, isAwaited } = fault;
    const known = outcomesOf(fault, this.#options.previous?.outcomes ?? []);
    const loaded = new Set(this.outcomes.map((outcome) => outcome.name));
    const failure = failureOf(error, this.#options.nowMs);
    const kept = known.filter((outcome) => !loaded.has(outcome.name) && outcome.groups.length > 0);
    for (const outcome of kept) this.#keep(outcome, fault, failure);
    if (kept.length > 0) return;
    const tally = new OutcomeTally();
    const state: FeedState = isAwaited ? 'awaited' : 'skipped';
    this.outcomes.push({
      name: name ?? entry,
      entry,
      path: '',
      format: '',
      role: 'detect',
      confidence: 0,
      sizeBytes: 0,
      modifiedAtMs: 0,
      outdatedAfterHours: 0,
      state,
      retained: 0,
      groups: [],
      failure,
      ...tally.outcome(),
    });
  }

  /** Takes a feed's records over, with its settings of now, but for those whose lifetime is over. */
  #keep(outcome: FeedOutcome, { entry, infoOf }: FeedFault, failure: FeedFailure): void {
    const { previous, nowMs, signal } = this.#options;
    const { lifetimeMinutes = 0 } = outcome;
    const info = infoOf(outcome.name, outcome.path);
    const { role, confidence } = info;
    const groups: RecordGroup[] = [];
    const tally = new OutcomeTally();
    let retained = 0;
    for (const [place, { feed: before, lastSeenAtMs }] of outcome.groups.entries()) {
      const isExpired = isOver({ lifetimeMinutes }, lastSeenAtMs, nowMs);
      // The first one stays, even empty: it says that the feed is known.
      if (isExpired && place > 0) continue;
      const feed = this.#builder.addFeed(info);
      groups.push({ feed, lastSeenAtMs });
      if (isExpired) continue;
      for (const record of previous?.records(before) ?? []) {
        signal?.throwIfAborted();
        this.#builder.addRecord(feed, record);
        tally.take(record);
        if (place > 0) retained += 1;
      }
    }
    const { records, indicators } = tally.outcome();
    this.#records += records;
    this.#progress(outcome.name, 0, 0);
    const now = { entry, role, confidence, records, retained, indicators, groups, failure };
    this.outcomes.push({ ...outcome, ...now, state: 'kept' });
  }

  /**
   * Takes over what the index before has that is not in the feed any more and still holds; what was
   * in it until now was last seen `lastSeenAtMs`. Of a record that lost some of its indicators these
   * go on: what is still in the feed must not be detected twice.
   */
  #retain(
    { info, lifetimeMinutes, fetchedFrom }: FeedFile,
    seen: IndicatorSet,
    tally: OutcomeTally,
    lastSeenAtMs: number,
  ): readonly RecordGroup[] {
    const { previous, nowMs, signal } = this.#options;
    const known = previous?.outcomes.find(({ name }) => name === info.name);
    // What another source said, or an allow-list, is no earlier version of this feed.
    const isSame =
      known !== undefined && known.fetchedFrom === fetchedFrom && known.role === info.role;
    const before = isSame ? known.groups : [];
    return before.flatMap((group, place): readonly RecordGroup[] => {
      const seenAtMs = place === 0 ? lastSeenAtMs : group.lastSeenAtMs;
      const isExpired = nowMs - seenAtMs > lifetimeMinutes * minuteMs;
      let feed: number | undefined;
      for (const record of previous?.records(group.feed) ?? []) {
        signal?.throwIfAborted();
        const indicators = record.indicators.filter((indicator) => seen.add(indicator));
        if (indicators.length === 0) continue;
        if (isExpired) {
          tally.leaveOut('expired', 0, 'it left the feed longer ago than its lifetime');
          continue;
        }
        feed ??= this.#builder.addFeed(info);
        const left = { ...record, indicators };
        this.#builder.addRecord(feed, left);
        tally.take(left);
      }
      return feed === undefined ? [] : [{ feed, lastSeenAtMs: seenAtMs }];
    });
  }

  /** A feed that lost more than half of its records was rather cut than cleaned. */
  #checkSize(file: FeedFile, tally: OutcomeTally): void {
    const { previous, mayShrink } = this.#options;
    // A fetched one was compared when it was fetched.
    if (file.allowShrink || file.fetchedFrom !== undefined || mayShrink.has(file.info.name)) return;
    const outcome = previous?.outcomes.find(({ name }) => name === file.info.name);
    const before = outcome?.read ?? 0;
    if (tally.read >= before * believedShare) return;
    throw new ServiceError(
      'TF_FEED',
      `it has ${tally.read} records, less than half of the ${before} before`,
      {
        where: file.path,
        hint: `if that is right: threat-forwarder feeds update ${file.info.name} --allow-shrink, or allowShrink: true in its entry`,
      },
    );
  }

  #progress(feed: string, bytes: number, records: number): void {
    this.#options.onProgress?.({
      feed,
      bytes: this.#bytesBefore + bytes,
      totalBytes: this.#totalBytes,
      records: this.#records + records,
    });
  }
}

/** Whether the whole feed was confirmed longer ago than its records hold. */
function isOver(
  { lifetimeMinutes }: Pick<FeedFile, 'lifetimeMinutes'>,
  lastSeenAtMs: number,
  nowMs: number,
): boolean {
  return lifetimeMinutes > 0 && nowMs - lastSeenAtMs > lifetimeMinutes * minuteMs;
}
