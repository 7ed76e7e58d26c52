import { codeAt, isHostname, normaliseUrl, parseIp, type NormalUrl } from '../normalise/index.js';
import { beyondAscii, classAt, wordCharacter } from './characters.js';
import { leefDelimiter } from './leef-delimiter.js';
import { nextUrlStart, trimmedUrlEnd } from './url-text.js';

/** What the pairs `key=value` of a payload say; the first sound value of each. */
export interface PayloadPairs {
  readonly urls: readonly {
    readonly start: number;
    readonly end: number;
    readonly url: NormalUrl;
  }[];
  readonly user: string | undefined;
  readonly source: PairAddress | undefined;
  readonly destination: PairAddress | undefined;
  /** Time of the device, milliseconds since 1970. */
  readonly deviceTime: string | undefined;
}

export interface PairAddress {
  readonly text: string;
  readonly value: string;
  readonly start: number;
}

/** Names of the acting user, the best first. */
const userKeys = ['usrName', 'suser', 'user', 'duser'];
/** What the value of each key is. */
const roleOfKey: ReadonlyMap<string, 'url' | 'source' | 'destination' | 'time' | 'user'> = new Map([
  ...['url', 'uri', 'request', 'requestUrl', 'cs-uri'].map((key) => [key, 'url'] as const),
  ['src', 'source'],
  ['dst', 'destination'],
  ['devTime', 'time'],
  ...userKeys.map((key) => [key, 'user'] as const),
]);
const longestKey = 10;
const absent = new Set(['', '-', 'N/A']);

/**
 * A URL as one whole value, with or without scheme. Without scheme its host must be a dotted name
 * or an address, so that `-`, `blocked` and `/index.html` are none.
 */
export function wholeUrl(text: string): NormalUrl | undefined {
  // `http://a.test,http://b.test` is not one URL: it is left to the search of free text.
  if (nextUrlStart(text, 0, text.length) < text.length) return undefined;
  const url = normaliseUrl(text);
  // `/login?to=http://a.test` has no scheme: the one in its query does not count.
  if (url === undefined || /^\s*[a-z][a-z0-9+-]*:\/\//i.test(text)) return url;
  if (parseIp(url.host) !== undefined) return /[.:]/.test(url.hostText) ? url : undefined;
  const isName = url.host.includes('.') && isHostname(url.host) && !/^[/\\]/.test(text.trim());
  return isName ? url : undefined;
}

/** An epoch time of 10 or 13 digits as milliseconds; undefined for anything else. */
export function epochMs(text: string | undefined): string | undefined {
  if (text === undefined || (text.length !== 10 && text.length !== 13)) return undefined;
  for (let at = 0; at < text.length; at++) {
    const code = codeAt(text, at);
    if (code < 0x30 || code > 0x39) return undefined;
  }
  return text.length === 10 ? `${text}000` : text;
}

/** The name as a user name, or undefined when it only says that there is none. */
export function userName(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  return absent.has(trimmed) ? undefined : trimmed;
}

/** ASCII characters that end a value, by their code. */
function stopsOf(characters: string): Uint8Array {
  const stops = new Uint8Array(128);
  for (const character of characters) stops[character.charCodeAt(0)] = 1;
  return stops;
}

const lineEnds = stopsOf('\r\n');
const urlEnds = stopsOf('\t |"\r\n');
const shortEnds = stopsOf('\t |"\r\n,;');
const leefEnds = stopsOf('\t|\r\n');
const tabbedEnds = stopsOf('\t="\r\n');

/** First place from `from` on, at most `length` further, of one of the stops or of the code `own`. */
function endBefore(
  text: string,
  from: number,
  stops: Uint8Array,
  own: number,
  length: number,
): number {
  const limit = Math.min(text.length, from + length);
  let at = from;
  for (; at < limit; at++) {
    const code = codeAt(text, at);
    if (code === own || (code < 128 && stops[code] === 1)) break;
  }
  return at;
}

const noCode = -1;

/** How the values of a payload end. */
class ValueEnds {
  readonly #text: string;
  #delimiter: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Found when the first value is read: most payloads hold no pair that matters. */
  get #leef(): string {
    this.#delimiter ??= leefDelimiter(this.#text);
    return this.#delimiter;
  }

  /** The code of the delimiter that a LEEF 2.0 header names. */
  get #own(): number {
    return this.#leef.length === 1 ? this.#leef.charCodeAt(0) : noCode;
  }

  /** Where a URL ends that begins here. */
  ofUrl(from: number): number {
    return endBefore(this.#text, from, urlEnds, this.#own, this.#text.length);
  }

  /** An address or a number. */
  shortValue(from: number): string {
    return this.#text.slice(from, endBefore(this.#text, from, shortEnds, this.#own, 64));
  }

  /** A user name, in which there may be blanks where the way pairs are separated is sure. */
  user(from: number, beforeKey: number): string | undefined {
    const text = this.#text;
    const value = (start: number, stops: Uint8Array, own = noCode): string | undefined =>
      userName(text.slice(start, endBefore(text, start, stops, own, 256)));
    const quote = text.charAt(from);
    if (quote === '"' || quote === "'") return value(from + 1, lineEnds, quote.charCodeAt(0));
    if (this.#leef !== 'none') {
      return this.#own === noCode ? value(from, leefEnds) : value(from, lineEnds, this.#own);
    }
    if (text.charAt(beforeKey) === '\t') {
      // Between two TABs, and no other pair in it: the payload is separated by TABs.
      const end = endBefore(text, from, tabbedEnds, noCode, 256);
      if (text.charAt(end) === '\t') return userName(text.slice(from, end));
    }
    return value(from, shortEnds);
  }
}

function keyBefore(text: string, equals: number): string {
  let start = equals;
  const lowest = Math.max(0, equals - longestKey - 1);
  for (; start > lowest; start--) {
    const bits = classAt(text, start - 1);
    if (bits & beyondAscii) return '';
    if (!(bits & wordCharacter)) break;
  }
  return equals - start > longestKey ? '' : text.slice(start, equals);
}

function addressAt(start: number, ends: ValueEnds): PairAddress | undefined {
  const text = ends.shortValue(start);
  const value = parseIp(text);
  return value === undefined ? undefined : { text, value, start };
}

/** Reads the pairs of a payload. Linear: of each run without a blank one URL is tried. */
export function readPairs(text: string): PayloadPairs {
  const urls: { start: number; end: number; url: NormalUrl }[] = [];
  let user: string | undefined;
  /** Place of the user's key among userKeys; only a better one counts from then on. */
  let userRank = userKeys.length;
  let source: PairAddress | undefined;
  let destination: PairAddress | undefined;
  let deviceTime: string | undefined;
  let urlFrom = 0;
  const ends = new ValueEnds(text);
  for (let at = text.indexOf('='); at >= 0; at = text.indexOf('=', at + 1)) {
    const key = keyBefore(text, at);
    const start = at + 1;
    switch (roleOfKey.get(key)) {
      case undefined:
        break;
      case 'url': {
        if (start < urlFrom) break;
        urlFrom = ends.ofUrl(start);
        const end = trimmedUrlEnd(text, start, nextUrlStart(text, start, urlFrom));
        const url = wholeUrl(text.slice(start, end));
        if (url !== undefined) urls.push({ start, end, url });
        break;
      }
      case 'source':
        source ??= addressAt(start, ends);
        break;
      case 'destination':
        destination ??= addressAt(start, ends);
        break;
      case 'time':
        deviceTime ??= epochMs(ends.shortValue(start));
        break;
      case 'user': {
        const rank = userKeys.indexOf(key);
        const name = rank < userRank ? ends.user(start, at - key.length - 1) : undefined;
        if (name === undefined) break;
        user = name;
        userRank = rank;
        break;
      }
    }
  }
  return { urls, user, source, destination, deviceTime };
}
