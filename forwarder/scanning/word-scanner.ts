import { hasKind, keyKinds, type CandidateFilter, type Fingerprint } from '../core/index.js';
import { dash, digit, dot, high, letter, underscore } from './byte-classes.js';
import { EventCount } from './event-count.js';
import { hasHashCandidate } from './hash-words.js';
import {
  hasCompatibleCharacter,
  hasFoldingCharacter,
  isDottedName,
  nothingYet,
  stateAfter,
} from './high-words.js';
import { isHostCandidate } from './host-words.js';
import { hasIpv4Candidate, isIpv4Host, parseLooseIpv4 } from './ipv4-words.js';
import { scanReasons } from './reasons.js';
import { WatchWords } from './watch-words.js';

const shortestHash = 32;
const shortestQuad = 7;

/** Decides about one word of a line; `seen` are the classes of its bytes, or-ed together. */
export class WordScanner {
  /**
   * Bit n: words of n bytes (31: of 31 or more) are handed over whatever they hold; of other lengths
   * only those with `.`, `-` or bytes beyond ASCII, numbers in an authority, and pieces of words.
   */
  readonly lengths: number;
  readonly #filter: CandidateFilter;
  readonly #fingerprint: Fingerprint;
  readonly #watchWords: WatchWords;
  readonly #eventCount: EventCount;
  readonly #hasHashes: boolean;
  readonly #hasIpv4: boolean;

  constructor(
    filter: CandidateFilter,
    fingerprint: Fingerprint,
    watchWords: readonly string[],
    countKeys: readonly string[],
  ) {
    this.#filter = filter;
    this.#fingerprint = fingerprint;
    this.#watchWords = new WatchWords(watchWords);
    this.#eventCount = new EventCount(countKeys);
    this.#hasHashes = hasKind(filter, keyKinds.hash);
    this.lengths = filter.hasDotlessHosts
      ? -1
      : this.#watchWords.lengths | this.#eventCount.lengths | (1 << 31);
    this.#hasIpv4 = hasKind(filter, keyKinds.ipv4) || filter.ipv4Ranges.length > 0;
  }

  /**
   * 0 or a reason to look closer. `inAuthority`: a URL's host may stand here. `carried`: the state of
   * the pieces before, when an escape of a character beyond ASCII stands right before the word.
   */
  reasonFor(
    bytes: Uint8Array,
    start: number,
    end: number,
    limit: number,
    seen: number,
    inAuthority: boolean,
    carried: number,
  ): number {
    const filter = this.#filter;
    const fingerprint = this.#fingerprint;
    if (seen & (dot | dash | high)) {
      const watched = this.#watchWords;
      const isLong = end - start >= watched.shortest && (seen & watched.needed) !== 0;
      if (isLong && watched.isIn(bytes, start, end)) return scanReasons.watchWord;
    } else if (this.#watchWords.isRun(bytes, start, end)) return scanReasons.watchWord;
    if (this.#eventCount.isOther(bytes, start, end, limit)) return scanReasons.lostPayloads;
    if (seen & dot) {
      const isHost = (seen & ~(digit | dot)) !== 0 || filter.hasNumericHosts;
      if (isHost && isHostCandidate(bytes, start, end, filter, fingerprint))
        return scanReasons.candidate;
      if (
        this.#hasIpv4 &&
        seen & digit &&
        end - start >= shortestQuad &&
        hasIpv4Candidate(bytes, start, end, seen, filter, fingerprint)
      ) {
        return scanReasons.candidate;
      }
    } else if (filter.hasDotlessHosts && isHostCandidate(bytes, start, end, filter, fingerprint)) {
      return scanReasons.candidate;
    }
    if (
      this.#hasHashes &&
      end - start >= shortestHash &&
      hasHashCandidate(bytes, start, end, filter.keys, fingerprint)
    ) {
      return scanReasons.candidate;
    }
    if (seen & high || carried !== nothingYet) {
      return this.#isHidden(bytes, start, end, inAuthority, carried) ? scanReasons.unusualHost : 0;
    }
    if (inAuthority && this.#hasIpv4 && (seen & (dash | underscore)) === 0 && seen & digit) {
      // A plain number of up to seven digits is an address below 1.0.0.0.
      const isSmall = seen === digit && end - start <= 7 && !filter.hasZeroNetAddresses;
      if (!isSmall && isIpv4Host(parseLooseIpv4(bytes, start, end), filter, fingerprint)) {
        return scanReasons.candidate;
      }
    }
    return 0;
  }

  /**
   * Whether decoding writes this unquoted JSON number otherwise (`1.50` as `1.5`) and so that it may
   * be an address.
   */
  isRewrittenNumber(bytes: Uint8Array, start: number, end: number, seen: number): boolean {
    if (!(seen & digit) || seen & (underscore | high)) return false;
    if (seen & letter) return true;
    return (seen & dot) !== 0 && (end - start > 15 || bytes[end - 1] === 0x30);
  }

  /** Whether a word with characters beyond ASCII may be a host, or a fixed word, when it is decoded. */
  #isHidden(
    bytes: Uint8Array,
    start: number,
    end: number,
    inAuthority: boolean,
    carried: number,
  ): boolean {
    const { hasDotlessHosts, hasUnusualHosts, hasFloatingWords } = this.#filter;
    if (stateAfter(bytes, start, end, carried) === isDottedName) return true;
    if (inAuthority && (hasDotlessHosts || hasUnusualHosts)) return true;
    // A fixed word may end where a blank beyond ASCII is trimmed off, and hold a letter like K.
    if (hasFloatingWords && hasFoldingCharacter(bytes, start, end)) return true;
    return (inAuthority || hasFloatingWords) && hasCompatibleCharacter(bytes, start, end);
  }
}
