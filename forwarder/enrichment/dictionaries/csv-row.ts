const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const blank = 0x20;
const tab = 0x09;

/**
 * Finds the cells of one row of CSV (RFC 4180) in bytes: blanks around a cell do not count, those
 * inside quotes do, and so do line ends there; a quote in the middle of a cell is text. One object
 * serves for all rows; nothing is allocated.
 */
export class CsvRow {
  /** How many cells the row has. */
  count = 0;
  /** Why the row is none; undefined when it is good. */
  fault: string | undefined;
  /** Whether a cell of the row is quoted, so that it may have several lines. */
  isQuoted = false;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #doubled: boolean[] = [];
  readonly #delimiter: number;

  /** `delimiter`: a byte. */
  constructor(delimiter: number) {
    this.#delimiter = delimiter;
  }

  /**
   * Reads the row that begins at `start`. Gives where the next one begins, or -1 where the row goes
   * on behind `end`, which cannot be when the bytes are the last ones (`isLast`).
   */
  scan(bytes: Buffer, start: number, end: number, isLast: boolean): number {
    this.count = 0;
    this.fault = undefined;
    this.isQuoted = false;
    for (let at = start; ; at += 1) {
      at = this.#afterBlanks(bytes, at, end);
      at =
        bytes[at] === quote && at < end
          ? this.#quoted(bytes, at, end)
          : this.#plain(bytes, at, end);
      if (at < 0 || at >= end) {
        if (!isLast) return -1;
        if (at < 0) this.fault = 'a quote is not closed';
        return end;
      }
      if (bytes[at] === this.#delimiter) continue;
      if (bytes[at] === lineFeed) return at + 1;
      this.fault = 'there is text behind a closing quote';
      return end;
    }
  }

  isEmpty(cell: number): boolean {
    return this.#starts[cell] === this.#ends[cell];
  }

  start(cell: number): number {
    return this.#starts[cell] ?? 0;
  }

  /** Where the cell ends. Two quotes that stand for one become one in the bytes, once. */
  end(bytes: Buffer, cell: number): number {
    const end = this.#ends[cell] ?? 0;
    if (this.#doubled[cell] !== true) return end;
    let to = this.start(cell);
    for (let at = to; at < end; at++) {
      bytes[to++] = bytes[at] as number;
      if (bytes[at] === quote) at += 1;
    }
    this.#doubled[cell] = false;
    this.#ends[cell] = to;
    return to;
  }

  /** Where the cell ends with what stands behind it; -1: it goes on behind `end`. */
  #quoted(bytes: Buffer, start: number, end: number): number {
    this.isQuoted = true;
    let isDoubled = false;
    let at = start + 1;
    for (;;) {
      at = bytes.indexOf(quote, at);
      if (at < 0 || at >= end) return -1;
      if (at + 1 >= end || bytes[at + 1] !== quote) break;
      isDoubled = true;
      at += 2;
    }
    this.#take(start + 1, at, isDoubled);
    const after = this.#afterBlanks(bytes, at + 1, end);
    const hasReturn = bytes[after] === carriageReturn && after < end;
    return hasReturn && (after + 1 === end || bytes[after + 1] === lineFeed) ? after + 1 : after;
  }

  #plain(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && bytes[at] !== this.#delimiter && bytes[at] !== lineFeed) at += 1;
    let to = at;
    const endsLine = at === end || bytes[at] === lineFeed;
    if (endsLine && to > start && bytes[to - 1] === carriageReturn) to -= 1;
    while (to > start && this.#isBlank(bytes[to - 1])) to -= 1;
    this.#take(start, to, false);
    return at;
  }

  #take(start: number, end: number, isDoubled: boolean): void {
    this.#starts[this.count] = start;
    this.#ends[this.count] = end;
    this.#doubled[this.count] = isDoubled;
    this.count += 1;
  }

  #afterBlanks(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && this.#isBlank(bytes[at])) at += 1;
    return at;
  }

  #isBlank(byte: number | undefined): boolean {
    return (byte === blank || byte === tab) && byte !== this.#delimiter;
  }
}
