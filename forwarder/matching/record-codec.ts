import { indicatorKinds, type FeedRecord, type Indicator } from '../core/index.js';

const kindNumbers = new Map(indicatorKinds.map((kind, number) => [kind, number]));

/** Bytes of the length in front of a record or a list of names. */
export const lengthBytes = 4;
/** Set in the length of a list of names, which tells it from a record. */
const isNames = 0x80000000;
/** Set too when the last ones of the names are those of actionable fields. */
const hasActionable = 0x40000000;
const lengthMask = 0x3fffffff;
const offsetBytes = 5;

/**
 * Writes records and lists of field names as bytes. Numbers are little-endian; a *count* is a number
 * of 7 bits a byte, the lowest first, the highest bit set where more follow; a *text* is the count of
 * its UTF-8 bytes and these.
 *
 *     names    u32 bytes that follow, highest bit set · count of names · each a text; with the next
 *              bit set, between the two: count of those at the end that are actionable
 *     record   u32 bytes that follow · count: number of the feed · count of indicators
 *              · each: count: kind (place in indicatorKinds), text: value
 *              · u40 offset of the names of its fields · the values of the fields, each a text
 */
export class RecordEncoder {
  #bytes = Buffer.allocUnsafe(1 << 12);
  #length = 0;

  /** What was encoded last stands at its beginning; valid until the next call. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Encodes a list of names, the last `actionable` of them actionable; gives the number of bytes. */
  names(names: readonly string[], actionable: number): number {
    this.#length = lengthBytes;
    this.#count(names.length);
    if (actionable > 0) this.#count(actionable);
    for (const name of names) this.#text(name);
    return this.#finish((isNames | (actionable > 0 ? hasActionable : 0)) >>> 0);
  }

  /** Encodes a record and gives the number of bytes. */
  record(feed: number, record: FeedRecord, namesOffset: number): number {
    const { context, indicators, actionable = [] } = record;
    this.#length = lengthBytes;
    this.#count(feed);
    this.#count(indicators.length);
    for (const { kind, value } of indicators) {
      this.#count(kindNumbers.get(kind) ?? 0);
      this.#text(value);
    }
    this.#need(offsetBytes);
    this.#length = this.#bytes.writeUIntLE(namesOffset, this.#length, offsetBytes);
    for (const [, value] of context) this.#text(value);
    for (const [, value] of actionable) this.#text(value);
    return this.#finish(0);
  }

  #finish(marks: number): number {
    const length = this.#length - lengthBytes;
    if (length > lengthMask) throw new RangeError('a record is too long');
    this.#bytes.writeUInt32LE((length | marks) >>> 0, 0);
    return this.#length;
  }

  #count(count: number): void {
    this.#need(5);
    let rest = count;
    for (; rest > 127; rest >>>= 7) this.#bytes[this.#length++] = (rest & 127) | 128;
    this.#bytes[this.#length++] = rest;
  }

  #text(text: string): void {
    const length = Buffer.byteLength(text);
    this.#count(length);
    this.#need(length);
    this.#length += this.#bytes.write(text, this.#length);
  }

  #need(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe((this.#length + more) * 2);
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

/** What stands in front of a record or a list of names. */
export interface ItemHead {
  /** Bytes that follow. */
  readonly length: number;
  readonly isNames: boolean;
  readonly hasActionable: boolean;
}

export function readHead(bytes: Buffer): ItemHead {
  const word = bytes.readUInt32LE(0);
  const marks = word & ~lengthMask;
  return {
    length: word & lengthMask,
    isNames: (marks & isNames) !== 0,
    hasActionable: (marks & hasActionable) !== 0,
  };
}

/** Names of fields; the last `actionable` of them are those of actionable fields. */
export interface FieldNames {
  readonly names: readonly string[];
  readonly actionable: number;
}

/** Reads what RecordEncoder wrote, from after the length on; in the order written. */
export class RecordDecoder {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  count(): number {
    let count = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes.readUInt8(this.#at++);
      count += (byte & 127) * 2 ** shift;
      if (byte < 128) return count;
    }
    throw new RangeError('a number is too long');
  }

  offset(): number {
    this.#at += offsetBytes;
    return this.#bytes.readUIntLE(this.#at - offsetBytes, offsetBytes);
  }

  text(): string {
    const start = this.#skipText();
    return this.#bytes.toString('utf8', start, this.#at);
  }

  names({ hasActionable: withActionable }: Pick<ItemHead, 'hasActionable'>): FieldNames {
    const names: string[] = [];
    const count = this.count();
    const actionable = withActionable ? this.count() : 0;
    for (let left = count; left > 0; left--) names.push(this.text());
    return { names, actionable };
  }

  indicator(): Indicator {
    const kind = indicatorKinds[this.count()];
    if (kind === undefined) throw new RangeError('there is no such kind of indicator');
    return { kind, value: this.text() };
  }

  /** Passes indicators over. */
  skipIndicators(count: number): void {
    for (let left = count; left > 0; left--) {
      this.count();
      this.#skipText();
    }
  }

  /** Gives where the text begins, and stands at its end. */
  #skipText(): number {
    const length = this.count();
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new RangeError('a text is too long');
    return start;
  }
}
