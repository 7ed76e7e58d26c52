import { createHash, getRandomValues } from 'node:crypto';

import {
  indicatorKinds,
  seedWords,
  ServiceError,
  type CandidateFilter,
  type FeedInfo,
  type FeedRecord,
  type IndicatorKind,
  type Lookup,
  type LookupBuilder,
  type ObservableKind,
  type ThreatIndex,
} from '../core/index.js';
import { FilterBuilder } from './filter-builder.js';
import { GrowingNumbers } from './growing-numbers.js';
import { lookups } from './lookups/index.js';
import { RecordStore } from './record-store.js';
import { TextStore } from './text-store.js';
import { CompiledThreatIndex, type IndexData } from './threat-index.js';

/** An index and the filter by which the hot path knows it: made together, used together. */
export interface CompiledIndex {
  readonly index: ThreatIndex;
  readonly filter: CandidateFilter;
}

/** Takes feeds record by record and compiles them. */
export interface IndexBuilder {
  /** Begins a feed and gives its number; matches are reported in the order of these numbers. */
  addFeed(info: FeedInfo): number;
  /**
   * Takes a record of a feed that was added, its indicators normalised. Nothing of it is kept but
   * bytes. The same indicator in several records is kept for each of them.
   */
  addRecord(feed: number, record: FeedRecord): void;
  /** Compiles what was added. The builder takes nothing more after it. */
  build(): CompiledIndex;
}

class CompilingBuilder implements IndexBuilder {
  readonly #feeds: FeedInfo[] = [];
  readonly #data = {
    feeds: this.#feeds,
    records: new RecordStore(),
    feedOfRecord: new GrowingNumbers(),
    recordOfEntry: new GrowingNumbers(),
    kindOfEntry: new GrowingNumbers(),
    texts: new TextStore(),
  } satisfies IndexData;
  readonly #filter = new FilterBuilder(getRandomValues(new Uint32Array(seedWords)));
  readonly #builders: readonly LookupBuilder[];
  readonly #builderOfKind = new Map<IndicatorKind, LookupBuilder>();
  readonly #kindNumbers = new Map(indicatorKinds.map((kind, number) => [kind, number]));
  #isBuilt = false;

  constructor() {
    const textOf = (entry: number): string => this.#data.texts.textOf(entry);
    this.#builders = lookups.map((definition) => {
      const builder = definition.create(textOf);
      for (const kind of definition.indicators) this.#builderOfKind.set(kind, builder);
      return builder;
    });
  }

  addFeed(info: FeedInfo): number {
    this.#refuseWhenBuilt();
    return this.#feeds.push(info) - 1;
  }

  addRecord(feed: number, record: FeedRecord): void {
    this.#refuseWhenBuilt();
    if (this.#feeds[feed] === undefined) {
      throw new ServiceError('TF_INDEX', `there is no feed number ${feed}`);
    }
    const { records, feedOfRecord, recordOfEntry, kindOfEntry, texts } = this.#data;
    const number = records.add(record.context);
    feedOfRecord.push(feed);
    for (const indicator of record.indicators) {
      const entry = texts.add(indicator.value);
      recordOfEntry.push(number);
      kindOfEntry.push(this.#kindNumbers.get(indicator.kind) ?? 0);
      this.#builderOfKind.get(indicator.kind)?.add(indicator, entry);
      this.#filter.add(indicator);
    }
  }

  build(): CompiledIndex {
    this.#refuseWhenBuilt();
    this.#isBuilt = true;
    const built = this.#builders.map((builder) => builder.build());
    const byObservable = new Map<ObservableKind, Lookup[]>();
    lookups.forEach((definition, position) => {
      const lookup = built[position];
      if (lookup === undefined) return;
      for (const kind of definition.observables) {
        byObservable.set(kind, [...(byObservable.get(kind) ?? []), lookup]);
      }
    });
    return {
      index: new CompiledThreatIndex(versionOf(this.#data), this.#data, byObservable),
      filter: this.#filter.build(),
    };
  }

  #refuseWhenBuilt(): void {
    if (this.#isBuilt) throw new ServiceError('TF_INDEX', 'the index is built already');
  }
}

/**
 * A checksum of all content and of the settings of the feeds. Where a feed was read from does not
 * count: the same feed from another folder is the same content.
 */
function versionOf(data: IndexData): string {
  const hash = createHash('sha256');
  const settings = data.feeds.map(({ name, role, confidence, categories }) => [
    name,
    role,
    confidence,
    indicatorKinds.map((kind) => categories[kind]),
  ]);
  hash.update(JSON.stringify(settings));
  for (const bytes of data.records.content()) hash.update(bytes);
  for (const bytes of data.texts.content()) hash.update(bytes);
  for (const numbers of [data.feedOfRecord, data.recordOfEntry, data.kindOfEntry]) {
    hash.update(numbers.bytes());
  }
  return hash.digest('hex').slice(0, 32);
}

/** Begins an index without any feed. */
export function createIndexBuilder(): IndexBuilder {
  return new CompilingBuilder();
}
