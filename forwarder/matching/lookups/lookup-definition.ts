import type { IndicatorKind, Observable, ObservableKind } from '../../core/index.js';
import type { GramChooser } from '../grams.js';
import type { Keys } from '../keys.js';

/**
 * Where an indicator is filed.
 *
 * - `key`: under the key whose lanes `keys.fingerprint` holds, as one of `kind`;
 * - `range`: with the IPv4 range around `network`;
 * - `everywhere`: under nothing; it is compared with every observable of its lookup.
 *
 * `sub` tells it apart from what else is filed there.
 */
export type Place =
  | { readonly at: 'key'; readonly kind: number; readonly sub: number }
  | {
      readonly at: 'range';
      readonly network: number;
      readonly bits: number;
      readonly sub: number;
    }
  | { readonly at: 'everywhere' };

/** What a lookup files with: it computes keys, and notes what find() must know of all masks. */
export interface Filing {
  readonly keys: Keys;
  readonly grams: GramChooser;
  readonly shape: MutableShape;
  /**
   * The indicator is of a feed that detects nothing by itself (an allow-list, a feed that is only
   * searched): the scanner need not know it, and no event takes the cold path because of it.
   */
  isSilent: boolean;
}

/** Of what lengths there are keys that must be asked for one by one. */
export interface LookupShape {
  /** Prefix lengths of IPv4 ranges. */
  readonly ipv4PrefixLengths: readonly number[];
  /** Lengths of the pieces of text that are keys. */
  readonly gramLengths: readonly number[];
  /** Lengths of the pieces by which masks of one host are told apart. */
  readonly hostGramLengths: readonly number[];
  /** Prefix lengths of ranges of silent feeds, which have keys of their own. */
  readonly silentIpv4Lengths: readonly number[];
  readonly silentIpv6Lengths: readonly number[];
}

/** The same while it is collected. */
export interface MutableShape {
  readonly ipv4PrefixLengths: Set<number>;
  readonly gramLengths: Set<number>;
  readonly hostGramLengths: Set<number>;
  readonly silentIpv4Lengths: Set<number>;
  readonly silentIpv6Lengths: Set<number>;
}

/** What a lookup asks. It takes what is filed in a place; the index verifies it afterwards. */
export interface Asking {
  readonly keys: Keys;
  readonly shape: LookupShape;
  readonly ipv6PrefixLengths: readonly number[];
  /** Where the entries of the key are that `keys.fingerprint` holds, as one of `kind`; or -1. */
  placeOf(kind: number): number;
  /** Where the entries of all IPv4 ranges are that touch the one around an address; or -1. */
  rangePlaceOf(address: number): number;
  /** Takes those of a place's entries that have one of these sub-hashes. */
  take(place: number, subs: ReadonlySet<number>): void;
  /** Takes what is filed everywhere. */
  takeEverywhere(): void;
}

/**
 * One way to look indicators up. To add one: one file here and one line in index.ts; the suite
 * test/conformance/lookup-suite.ts then holds it to the naive scan by itself.
 */
export interface LookupDefinition {
  readonly name: string;
  /** The kinds of indicators it holds. */
  readonly indicators: readonly IndicatorKind[];
  /** The kinds of observables it is asked about; for others it finds nothing. */
  readonly observables: readonly ObservableKind[];
  /** Says where an indicator with this normalised value is filed. */
  file(value: string, filing: Filing): Place;
  /** Asks in every place where an indicator that covers the observable is filed. */
  ask(observable: Observable, asking: Asking): void;
  /** Whether an indicator with this value covers the observable. */
  covers(value: string, observable: Observable): boolean;
}
