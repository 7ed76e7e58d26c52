import {
  indicatorKinds,
  type FeedInfo,
  type Indicator,
  type Lookup,
  type Match,
  type Observable,
  type ObservableKind,
  type ThreatIndex,
} from '../core/index.js';
import type { GrowingNumbers } from './growing-numbers.js';
import type { RecordStore } from './record-store.js';
import type { TextStore } from './text-store.js';

/** Everything the index knows of its entries (one for each indicator of each record), by number. */
export interface IndexData {
  readonly feeds: readonly FeedInfo[];
  readonly records: RecordStore;
  readonly feedOfRecord: GrowingNumbers;
  readonly recordOfEntry: GrowingNumbers;
  /** Place of the entry's kind in indicatorKinds. */
  readonly kindOfEntry: GrowingNumbers;
  readonly texts: TextStore;
}

/**
 * All feeds, compiled: the lookups find entry numbers, an entry knows its record, a record its feed.
 *
 *     feed A: record 0 {mask evil.example}; feed B: record 1 {mask *.example, domain evil.example}
 *     entries: 0 → record 0, 1 → record 1, 2 → record 1
 *     find(domain evil.example) → entries 0, 1, 2 → matches: record 0 by entry 0, record 1 by entry 2
 */
export class CompiledThreatIndex implements ThreatIndex {
  readonly version: string;
  readonly #data: IndexData;
  readonly #lookups: ReadonlyMap<ObservableKind, readonly Lookup[]>;

  constructor(
    version: string,
    data: IndexData,
    lookups: ReadonlyMap<ObservableKind, readonly Lookup[]>,
  ) {
    this.version = version;
    this.#data = data;
    this.#lookups = lookups;
  }

  get indicatorCount(): number {
    return this.#data.recordOfEntry.length;
  }

  /**
   * One match for each record that covers the observable, by the one of its indicators that is of
   * the observable's own kind if several do.
   */
  find(observable: Observable): readonly Match[] {
    const entries: number[] = [];
    for (const lookup of this.#lookups.get(observable.kind) ?? []) lookup.find(observable, entries);
    if (entries.length === 0) return [];
    const { recordOfEntry, feedOfRecord } = this.#data;
    const feedOf = (entry: number): number => feedOfRecord.at(recordOfEntry.at(entry));
    entries.sort(
      (left, right) =>
        feedOf(left) - feedOf(right) ||
        recordOfEntry.at(left) - recordOfEntry.at(right) ||
        this.#closeness(left, observable) - this.#closeness(right, observable) ||
        left - right,
    );
    const matches: Match[] = [];
    let last = -1;
    for (const entry of entries) {
      const record = recordOfEntry.at(entry);
      if (record !== last) matches.push(this.#matchOf(observable, entry, record));
      last = record;
    }
    return matches;
  }

  /** 0: of the observable's own kind; 1: a range around an address; 2: a mask. */
  #closeness(entry: number, observable: Observable): number {
    const kind = this.#kindOf(entry);
    if (kind === observable.kind) return 0;
    return kind === 'url' ? 2 : 1;
  }

  #kindOf(entry: number): Indicator['kind'] {
    return indicatorKinds[this.#data.kindOfEntry.at(entry)] ?? 'url';
  }

  #matchOf(observable: Observable, entry: number, record: number): Match {
    const { feeds, feedOfRecord, records, texts } = this.#data;
    const feed = feeds[feedOfRecord.at(record)];
    if (feed === undefined) throw new RangeError(`record ${record} has no feed`);
    return {
      observable,
      indicator: { kind: this.#kindOf(entry), value: texts.textOf(entry) },
      feed,
      context: records.contextOf(record),
    };
  }
}
