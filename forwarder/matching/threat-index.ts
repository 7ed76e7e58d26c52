import {
  findKey,
  messageOf,
  ServiceError,
  type CandidateFilter,
  type FeedInfo,
  type Indicator,
  type IndicatorKind,
  type Match,
  type Observable,
  type ThreatIndex,
} from '../core/index.js';
import { EntryTable, type Candidate } from './entries.js';
import type { IndexBytes } from './index-bytes.js';
import { findIpv4Range } from './ipv4-ranges.js';
import { Keys } from './keys.js';
import { lookups, type LookupShape } from './lookups/index.js';
import type { Asking } from './lookups/lookup-definition.js';
import { lengthBytes, readHead, RecordDecoder, type ItemHead } from './record-codec.js';

/** What the index is, besides its keys and its bytes. */
export interface IndexContent {
  /** Identifies the content; see ThreatIndex. */
  readonly version: string;
  readonly indicatorCount: number;
  readonly indicatorsByKind: Readonly<Record<IndicatorKind, number>>;
  readonly recordCount: number;
  readonly feeds: readonly FeedInfo[];
  /** For each feed the offset its records begin at; they end where those of the next one begin. */
  readonly recordsAt: readonly number[];
  readonly shape: LookupShape;
  /** How many indicators are filed everywhere. */
  readonly everywhereCount: number;
  /** Offset of the first entry, where the records end, and of the first start. */
  readonly entriesAt: number;
  readonly startsAt: number;
}

/** Told each time that something of the index cannot be read; find() goes on without it. */
export type DamageHandler = (error: ServiceError) => void;

/** One indicator that covers the observable, and its record. */
interface Found {
  readonly feed: number;
  readonly record: number;
  readonly indicator: Indicator;
}

/**
 * All feeds, compiled. A key of the observable leads to a slot of the key set, the slot to entries,
 * an entry to a record, which says what the indicator really is:
 *
 *     feed A: record 0 {mask evil.example}; feed B: record 1 {mask *.example, domain evil.example}
 *     find(domain evil.example)
 *     → keys: suffix example (mask of record 1), suffix evil.example (domain of record 1),
 *             exact evil.example (mask of record 0)
 *     → matches: record 0 by its mask, record 1 by its domain
 *
 * Only the keys are in memory; what a hit needs is read when it is needed.
 */
export class CompiledThreatIndex implements ThreatIndex {
  readonly content: IndexContent;
  readonly #filter: CandidateFilter;
  readonly #bytes: IndexBytes;
  readonly #entries: EntryTable;
  readonly #onDamage: DamageHandler;
  readonly #asking: Asking;
  /** What the lookups took for the observable under way. */
  #candidates: Candidate[] = [];

  /** `onDamage`: when absent, find() throws. */
  constructor(
    content: IndexContent,
    filter: CandidateFilter,
    bytes: IndexBytes,
    onDamage: DamageHandler = rethrow,
  ) {
    this.content = content;
    this.#filter = filter;
    this.#bytes = bytes;
    this.#entries = new EntryTable(bytes, content.entriesAt, content.startsAt);
    this.#onDamage = onDamage;
    this.#asking = this.#createAsking();
  }

  get version(): string {
    return this.content.version;
  }

  get indicatorCount(): number {
    return this.content.indicatorCount;
  }

  /**
   * One match for each record that covers the observable, by the one of its indicators that is of
   * the observable's own kind if several do.
   */
  find(observable: Observable): readonly Match[] {
    const candidates: Candidate[] = [];
    this.#candidates = candidates;
    try {
      for (const lookup of lookups) {
        if (lookup.observables.includes(observable.kind)) lookup.ask(observable, this.#asking);
      }
    } catch (error) {
      this.#onDamage(asServiceError(error));
    }
    if (candidates.length === 0) return [];
    candidates.sort(
      (left, right) => left.record - right.record || left.indicator - right.indicator,
    );
    const found: Found[] = [];
    for (let start = 0, at = 1; at <= candidates.length; at++) {
      const { record } = candidates[start] as Candidate;
      if (candidates[at]?.record === record) continue;
      try {
        const best = this.#verify(record, candidates.slice(start, at), observable);
        if (best !== undefined) found.push(best);
      } catch (error) {
        this.#onDamage(asServiceError(error));
      }
      start = at;
    }
    found.sort((left, right) => left.feed - right.feed || left.record - right.record);
    return found.flatMap((one) => this.#matchOf(observable, one));
  }

  /** The closest of a record's candidates that do cover the observable, the first of as close ones. */
  #verify(
    record: number,
    candidates: readonly Candidate[],
    observable: Observable,
  ): Found | undefined {
    const decoder = this.#item(record);
    const feed = decoder.count();
    const count = decoder.count();
    let passed = 0;
    let best: Indicator | undefined;
    for (const { indicator: number } of candidates) {
      if (number >= count) throw new RangeError('there is no such indicator');
      decoder.skipIndicators(number - passed);
      const indicator = decoder.indicator();
      passed = number + 1;
      if (!covers(indicator, observable)) continue;
      if (best === undefined || closeness(indicator, observable) < closeness(best, observable)) {
        best = indicator;
      }
    }
    return best && { feed, record, indicator: best };
  }

  #matchOf(observable: Observable, { feed: number, record, indicator }: Found): readonly Match[] {
    try {
      const feed = this.content.feeds[number];
      if (feed === undefined) throw new RangeError('there is no such feed');
      return [{ observable, indicator, feed, ...this.#contextOf(record) }];
    } catch (error) {
      this.#onDamage(asServiceError(error));
      return [];
    }
  }

  #contextOf(record: number): Pick<Match, 'context' | 'actionable'> {
    const namesAt = this.#fieldsOf(record).offset();
    const { names, actionable } = this.#item(namesAt).names(this.#headAt(namesAt));
    // Only now, since bytes hold until others are read.
    const values = this.#fieldsOf(record);
    values.offset();
    const fields = names.map((name) => [name, values.text()] as const);
    const first = fields.length - actionable;
    return actionable === 0
      ? { context: fields }
      : { context: fields.slice(0, first), actionable: fields.slice(first) };
  }

  /** A record from after its indicators on. */
  #fieldsOf(record: number): RecordDecoder {
    const decoder = this.#item(record);
    decoder.count();
    decoder.skipIndicators(decoder.count());
    return decoder;
  }

  /** A record or a list of names, without its length. */
  #item(offset: number): RecordDecoder {
    const { length } = this.#headAt(offset);
    if (offset + length > this.content.entriesAt) throw new RangeError('an item is too long');
    return new RecordDecoder(this.#bytes.bytes(offset + lengthBytes, length));
  }

  #headAt(offset: number): ItemHead {
    return readHead(this.#bytes.bytes(offset, lengthBytes));
  }

  #createAsking(): Asking {
    const { keys: set, seed, kinds, ipv4Ranges, ipv6PrefixLengths } = this.#filter;
    const { shape, everywhereCount } = this.content;
    const keys = new Keys(seed);
    const all: ReadonlySet<number> = new Set([0]);
    const take = (place: number, subs: ReadonlySet<number>): void => {
      this.#entries.take(place, subs, this.#candidates);
    };
    return {
      keys,
      shape,
      ipv6PrefixLengths,
      placeOf(kind) {
        if (((kinds >>> kind) & 1) === 0) return -1;
        const { first, second } = keys.fingerprint.finish(kind);
        return findKey(set, first, second);
      },
      rangePlaceOf(address) {
        const range = findIpv4Range(ipv4Ranges, address);
        return range < 0 ? -1 : set.slotCount + range;
      },
      take,
      takeEverywhere() {
        if (everywhereCount > 0) take(set.slotCount + ipv4Ranges.length / 2, all);
      },
    };
  }
}

const lookupOfKind = new Map(
  lookups.flatMap((lookup) => lookup.indicators.map((kind) => [kind, lookup] as const)),
);

function covers({ kind, value }: Indicator, observable: Observable): boolean {
  const lookup = lookupOfKind.get(kind);
  return lookup?.observables.includes(observable.kind) === true && lookup.covers(value, observable);
}

/** 0: of the observable's own kind; 1: a range around an address; 2: a mask. */
function closeness({ kind }: Indicator, observable: Observable): number {
  if (kind === observable.kind) return 0;
  return kind === 'url' ? 2 : 1;
}

function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError('TF_INDEX', `the index is damaged: ${messageOf(error)}`, {
    hint: 'compile it anew',
    cause: error,
  });
}

function rethrow(error: ServiceError): never {
  throw error;
}
