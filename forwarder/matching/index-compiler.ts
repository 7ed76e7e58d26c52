import {
  indicatorKinds,
  ServiceError,
  type CandidateFilter,
  type FeedInfo,
  type FeedRecord,
  type Indicator,
  type IndicatorKind,
} from '../core/index.js';
import { mostIndicators } from './entries.js';
import { EntryBuilder } from './entry-builder.js';
import { FilterBuilder } from './filter-builder.js';
import { GramChooser } from './grams.js';
import { HotKeys } from './hot-keys.js';
import type { IndexSink } from './index-bytes.js';
import { KeySetBuilder } from './key-set-builder.js';
import { coldOnly, Keys } from './keys.js';
import { lookups } from './lookups/index.js';
import type { Filing, LookupDefinition, Place } from './lookups/lookup-definition.js';
import { RecordWriter } from './record-writer.js';
import type { IndexContent } from './threat-index.js';

/** What a compiled index is, besides what went to the sink. */
export interface Compiled {
  readonly content: IndexContent;
  readonly filter: CandidateFilter;
}

/**
 * Compiles feeds, record by record: records go to the sink as they come, of each indicator about 20
 * bytes stay in memory until the end.
 */
export class IndexCompiler {
  readonly #sink: IndexSink;
  readonly #seed: Uint32Array;
  readonly #feeds: FeedInfo[] = [];
  readonly #recordsAt: number[] = [];
  readonly #records: RecordWriter;
  readonly #keySet = new KeySetBuilder();
  readonly #entries = new EntryBuilder(this.#keySet);
  readonly #keys: Keys;
  readonly #hot = new HotKeys();
  readonly #filter: FilterBuilder;
  readonly #shape = {
    ipv4PrefixLengths: new Set<number>(),
    gramLengths: new Set<number>(),
    hostGramLengths: new Set<number>(),
    silentIpv4Lengths: new Set<number>(),
    silentIpv6Lengths: new Set<number>(),
  };
  readonly #filing: Filing;
  readonly #counts = new Map<IndicatorKind, number>(indicatorKinds.map((kind) => [kind, 0]));
  readonly #lookups = new Map<IndicatorKind, LookupDefinition>();
  #kinds = 0;
  #isCompiled = false;

  /** `seed`: random words (`seedWords` of them), so that nobody can choose keys that collide. */
  constructor(sink: IndexSink, seed: Uint32Array) {
    this.#sink = sink;
    this.#seed = seed;
    this.#records = new RecordWriter(sink);
    this.#keys = new Keys(seed);
    this.#filter = new FilterBuilder(this.#keys, this.#hot);
    const grams = new GramChooser(this.#keys);
    this.#filing = { keys: this.#keys, grams, shape: this.#shape, isSilent: false };
    for (const lookup of lookups) {
      for (const kind of lookup.indicators) this.#lookups.set(kind, lookup);
    }
  }

  /** Begins a feed and gives its number; matches are reported in the order of these numbers. */
  addFeed(info: FeedInfo): number {
    this.#refuseWhenCompiled();
    this.#recordsAt.push(this.#records.offset);
    return this.#feeds.push(info) - 1;
  }

  /** Takes a record of a feed that was added, its indicators normalised. */
  addRecord(feed: number, record: FeedRecord): void {
    this.#refuseWhenCompiled();
    const info = this.#feeds[feed];
    if (info === undefined) {
      throw new ServiceError('TF_INDEX', `there is no feed number ${feed}`);
    }
    this.#filing.isSilent = info.role === 'suppress' || info.usedInMatching === false;
    const { indicators } = record;
    if (indicators.length > mostIndicators) {
      throw new ServiceError('TF_INDEX', `a record has ${indicators.length} indicators`, {
        hint: `split it into records of at most ${mostIndicators}`,
      });
    }
    const offset = this.#records.write(feed, record);
    for (let number = 0; number < indicators.length; number++) {
      this.#file(indicators[number] as Indicator, offset, number);
    }
  }

  /** Writes what leads to the records. Nothing more is taken after it. */
  compile(): Compiled {
    this.#refuseWhenCompiled();
    this.#isCompiled = true;
    const version = this.#records.finish(this.#feeds);
    const filter = this.#filter.build(this.#seed, this.#keySet.build(), this.#kinds);
    const places = this.#entries.write(filter.keys, filter.ipv4Ranges, this.#sink);
    const ascending = (numbers: ReadonlySet<number>): readonly number[] =>
      [...numbers].sort((left, right) => left - right);
    const shape = this.#shape;
    const content: IndexContent = {
      version,
      indicatorCount: [...this.#counts.values()].reduce((sum, count) => sum + count, 0),
      indicatorsByKind: Object.fromEntries(this.#counts) as Record<IndicatorKind, number>,
      recordCount: this.#records.count,
      feeds: this.#feeds,
      recordsAt: this.#recordsAt,
      shape: {
        ipv4PrefixLengths: ascending(shape.ipv4PrefixLengths),
        gramLengths: ascending(shape.gramLengths),
        hostGramLengths: ascending(shape.hostGramLengths),
        silentIpv4Lengths: ascending(shape.silentIpv4Lengths),
        silentIpv6Lengths: ascending(shape.silentIpv6Lengths),
      },
      everywhereCount: this.#entries.everywhereCount,
      ...places,
    };
    return { content, filter };
  }

  #file(indicator: Indicator, record: number, number: number): void {
    const { kind, value } = indicator;
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    if (this.#filing.isSilent) this.#hot.clear();
    else this.#filter.add(indicator);
    const lookup = this.#lookups.get(kind) as LookupDefinition;
    const place = lookup.file(value, this.#filing);
    let shared = -1;
    switch (place.at) {
      case 'key':
        shared = this.#fileUnderKey(place, record, number);
        break;
      case 'range':
        this.#entries.fileInRange(place.network, place.sub, record, number);
        break;
      case 'everywhere':
        this.#entries.fileEverywhere(record, number);
        break;
      default:
        place satisfies never;
    }
    const hot = this.#hot;
    for (let index = 0; index < hot.count; index++) {
      this.#kinds |= 1 << hot.kindOf(index);
      if (index !== shared) this.#entries.addKey(hot.firstOf(index), hot.secondOf(index));
    }
  }

  /**
   * Files under one of the scanner's keys where the normal form leads to it, else under a key that
   * only the cold path asks for. Gives the number of the scanner's key, or -1.
   */
  #fileUnderKey(place: Extract<Place, { at: 'key' }>, record: number, number: number): number {
    const { fingerprint } = this.#keys;
    fingerprint.finish(place.kind);
    const shared = this.#hot.indexOf(fingerprint.first, fingerprint.second);
    if (shared < 0) {
      const kind = place.kind < coldOnly ? place.kind + coldOnly : place.kind;
      fingerprint.finish(kind);
      this.#kinds |= 1 << kind;
    }
    this.#entries.fileUnderKey(fingerprint.first, fingerprint.second, place.sub, record, number);
    return shared;
  }

  #refuseWhenCompiled(): void {
    if (this.#isCompiled) throw new ServiceError('TF_INDEX', 'the index is built already');
  }
}
