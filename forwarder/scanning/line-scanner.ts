import { Fingerprint, type CandidateFilter, type Scanner } from '../core/index.js';
import {
  classes,
  dash,
  digit,
  dot,
  hexLetter,
  hexValue,
  high,
  separators,
} from './byte-classes.js';
import {
  isCompatibleUnit,
  isDottedName,
  isFoldingUnit,
  nothingYet,
  stateAfter,
  stateAfterCharacter,
} from './high-words.js';
import { Ipv6Runs } from './ipv6-runs.js';
import { decodeEscape, escapeSize, hasObjectStart, longEscape, noEscape } from './json-escapes.js';
import { scanReasons } from './reasons.js';
import { isHexPair, isUrlKey, schemeStart } from './word-ends.js';
import { WordScanner } from './word-scanner.js';

const blank = 0x20;
const quote = 0x22;
const slash = 0x2f;
const colon = 0x3a;
const equals = 0x3d;
const backslash = 0x5c;
/** A word with one of these may be a host or hold several words. */
const markedWord = dot | dash | high;
/** Stands for any byte of a word where only the kind of the byte before matters. */
const anyLetter = 0x61;

export interface ScannerOptions {
  /** Words that the cold path must see (the loop guard's), whole, ASCII letter case ignored. */
  readonly watchWords: readonly string[];
  /** Names of the field that says how many events one stands for, beside `eventCnt`. */
  readonly countKeys?: readonly string[];
}

/**
 * The hot path over one line: one pass, nothing allocated, no text ever made. It sees words (runs of
 * letters, digits, `.`, `-`, `_` and bytes beyond ASCII), hands each to the WordScanner, and keeps
 * of what stands between them only what decides how a word must be read:
 *
 * - `inAuthority`: a URL's host may stand here (after `"`, `//`, `@`, `url=`, until a path begins),
 *   where numbers are addresses and percent escapes are undone;
 * - `afterQuote`: a JSON key has ended (1), its colon too (2), so that `{` or `[` is a nested value;
 * - `escapes`: whether a backslash begins a JSON escape: when `{"` stands anywhere in the line;
 * - words that go on over an escape of a character beyond ASCII (`ex\u00e4mple.com`).
 */
export class LineScanner implements Scanner {
  readonly #filter: CandidateFilter;
  readonly #words: WordScanner;
  readonly #ipv6: Ipv6Runs;

  constructor(filter: CandidateFilter, options: ScannerOptions) {
    this.#filter = filter;
    const fingerprint = new Fingerprint(filter.seed);
    this.#words = new WordScanner(filter, fingerprint, options.watchWords, [
      'eventCnt',
      ...(options.countKeys ?? []),
    ]);
    this.#ipv6 = new Ipv6Runs(filter, fingerprint);
  }

  scan(bytes: Uint8Array, start: number, end: number): number {
    const filter = this.#filter;
    if (filter.unfilterableMasks > 0) return scanReasons.unfilterableMask;
    const words = this.#words;
    const wordLengths = words.lengths;
    const classOf = classes;
    const kindOf = separators;
    let at = start;
    let escapes: boolean | undefined;
    let hasObject = false;
    let inAuthority = false;
    let afterQuote = 0;
    let previous = blank;
    let wordStart = -1;
    let wordEnd = -1;
    let seen = 0;
    let carried = nothingYet;
    let joinEnd = -1;
    let joinState = nothingYet;
    while (at < end) {
      const byte = bytes[at] as number;
      let bits = classOf[byte] as number;
      if (bits !== 0) {
        wordStart = at;
        seen = bits;
        at++;
        while (at < end && (bits = classOf[bytes[at] as number] as number) !== 0) {
          seen |= bits;
          at++;
        }
        wordEnd = at;
        carried = wordStart === joinEnd ? joinState : nothingYet;
        const length = at - wordStart;
        if (
          (seen & markedWord) !== 0 ||
          ((wordLengths >>> (length < 31 ? length : 31)) & 1) !== 0 ||
          (inAuthority && (seen & digit) !== 0) ||
          carried !== nothingYet
        ) {
          const found = words.reasonFor(bytes, wordStart, at, end, seen, inAuthority, carried);
          if (found !== 0) return found;
        }
        if (afterQuote === 2 && words.isRewrittenNumber(bytes, wordStart, at, seen)) {
          return scanReasons.nestedValue;
        }
        afterQuote = 0;
        previous = anyLetter;
        continue;
      }
      let code = byte;
      let size = 1;
      if (byte === backslash) {
        escapes ??= hasObject || hasObjectStart(bytes, at, end);
        const decoded = escapes ? decodeEscape(bytes, at, end) : noEscape;
        if (decoded !== noEscape) {
          code = decoded & 0xffff;
          size = escapeSize(decoded);
        }
        if (size === longEscape && code < 128 && (classes[code] !== 0 || code === colon)) {
          return scanReasons.unusualEscape;
        }
        if (size === longEscape && code >= 128) {
          if (this.#isUnusual(code, inAuthority)) return scanReasons.unusualHost;
          let before = joinEnd === at ? joinState : nothingYet;
          if (wordEnd === at) before = stateAfter(bytes, wordStart, wordEnd, carried);
          joinState = stateAfterCharacter(before);
          if (joinState === isDottedName) return scanReasons.unusualHost;
          at += size;
          joinEnd = at;
          afterQuote = 0;
          previous = anyLetter;
          continue;
        }
      }
      const isRaw = size === 1;
      switch (kindOf[code]) {
        case 2: // quote
          if (isRaw) inAuthority = true;
          afterQuote = isRaw ? 1 : 0;
          break;
        case 3: // colon
          if (this.#isIpv6Candidate(bytes, at, end, wordStart, wordEnd, seen)) {
            return scanReasons.candidate;
          }
          if (wordEnd === at) {
            // `192.0.2.1http://…`: before a scheme another word ends.
            const cut = schemeStart(bytes, wordStart, wordEnd);
            if (cut > wordStart) {
              const found = words.reasonFor(bytes, wordStart, cut, end, seen, false, carried);
              if (found !== 0) return found;
            }
          }
          afterQuote = afterQuote === 1 ? 2 : 0;
          break;
        case 9: // openObject
          if (isRaw && at + 1 < end && bytes[at + 1] === quote) {
            if (hasObject) return scanReasons.severalObjects;
            hasObject = true;
            escapes = true;
          }
          if (isRaw && afterQuote === 2) return scanReasons.nestedValue;
          afterQuote = 0;
          break;
        case 10: // openList
          if (isRaw && afterQuote === 2) return scanReasons.nestedValue;
          afterQuote = 0;
          break;
        case 4: // slash
          // `//` begins an authority, a `/` after a host ends it; those before a host are dropped.
          if (previous === slash) inAuthority = true;
          else if (previous === anyLetter || previous === 0x5d) inAuthority = false;
          afterQuote = 0;
          break;
        case 5: // equals
          if (wordEnd === at && isUrlKey(bytes, wordStart, wordEnd)) inAuthority = true;
          afterQuote = 0;
          break;
        case 6: // atSign
          inAuthority = true;
          afterQuote = 0;
          break;
        case 7: // pathStart
          inAuthority = false;
          afterQuote = 0;
          break;
        case 8: // percent
          if ((inAuthority || filter.hasFloatingWords) && isHexPair(bytes, at + size, end)) {
            return scanReasons.unusualHost;
          }
          afterQuote = 0;
          break;
        case 1: // blank
          // Blanks before a value are trimmed; after it they end it.
          if (afterQuote === 0 && previous > blank && previous !== quote && previous !== equals) {
            inAuthority = false;
          }
          code = blank;
          break;
        default:
          afterQuote = 0;
      }
      previous = code;
      at += size;
    }
    return 0;
  }

  /** Whether a character beyond ASCII, written as an escape, may hide a host or a fixed word. */
  #isUnusual(unit: number, inAuthority: boolean): boolean {
    const { hasDotlessHosts, hasUnusualHosts, hasFloatingWords } = this.#filter;
    if (inAuthority && (hasDotlessHosts || hasUnusualHosts)) return true;
    if (hasFloatingWords && isFoldingUnit(unit)) return true;
    return (inAuthority || hasFloatingWords) && isCompatibleUnit(unit);
  }

  #isIpv6Candidate(
    bytes: Uint8Array,
    at: number,
    end: number,
    wordStart: number,
    wordEnd: number,
    seen: number,
  ): boolean {
    if (at + 1 >= end) return false;
    const next = bytes[at + 1] as number;
    if (next !== colon && hexValue[next] === 255) return false;
    if (wordEnd !== at) return next === colon && this.#ipv6.isCandidate(bytes, at, at, end);
    const isHex = (seen & ~(digit | hexLetter)) === 0;
    return isHex && this.#ipv6.isCandidate(bytes, wordStart, at, end);
  }
}
