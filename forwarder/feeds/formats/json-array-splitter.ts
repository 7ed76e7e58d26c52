import { ServiceError } from '../../core/index.js';
import { ItemText } from './item-text.js';
import { JsonElementScanner } from './json-element-scanner.js';

/** What one element of the array may be at most; what is larger is left out, not loaded. */
export interface ItemLimits {
  readonly maxBytes: number;
  /** Levels of objects and lists in one element, itself counted. */
  readonly maxDepth: number;
  /** Keys in one element, those of nested objects included. */
  readonly maxKeys: number;
}

/** One element of the array: its text, or why it is left out. */
export type ArrayItem =
  | { readonly ok: true; readonly number: number; readonly text: string }
  | { readonly ok: false; readonly number: number; readonly reason: string };

const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const byteOrderMark = [0xef, 0xbb, 0xbf] as const;
const cutShort =
  'The file is cut short or damaged: fetch it again. What was loaded before stays in use.';

/**
 * Cuts the elements out of a top-level JSON array while its bytes arrive, in memory bounded by one
 * element. An element is the text between two commas that stand outside of strings and brackets;
 * whether it is valid JSON is for JSON.parse to say, so that one bad element costs itself and no
 * other.
 *
 * Worked example: `[{"a":"],"},7]` in any chunks. `[` opens the array; `{` raises the depth to 1;
 * `"` enters a string, in which `]` and `,` mean nothing; `}` lowers the depth to 0, so the next
 * comma ends element 1, `{"a":"],"}`; the `]` at depth 0 ends element 2, `7`, and the array.
 */
export class JsonArraySplitter {
  private phase: 'start' | 'gap' | 'item' | 'done' = 'start';
  private isAfterComma = false;
  /** Place in the whole input up to which it is read, for messages. */
  private offset = 0;
  private count = 0;
  private itemOffset = 0;
  /** True while the element is known to be too large: it is then scanned, not kept. */
  private isTooLarge = false;
  private completed: ArrayItem | undefined;
  private readonly element: JsonElementScanner;
  private readonly text: ItemText;
  private readonly limits: ItemLimits;
  private readonly origin: string;

  /** `origin` is the place that errors name. */
  constructor(limits: ItemLimits, origin: string) {
    this.limits = limits;
    this.origin = origin;
    this.element = new JsonElementScanner(limits.maxDepth);
    this.text = new ItemText(limits.maxBytes);
  }

  /** Bytes kept between two calls: never more than `limits.maxBytes`. */
  get bufferedBytes(): number {
    return this.text.length;
  }

  /**
   * Reads `chunk` from `start` up to the end of the next element, or to the chunk's end. Returns
   * where it stopped; take() then gives the element, if one was completed. The chunk belongs to
   * the caller and is not kept. Throws ServiceError TF_FEED when the input is no JSON array.
   */
  scan(chunk: Buffer, start: number): number {
    let at = start;
    while (at < chunk.length && this.completed === undefined) {
      const from = at;
      at = this.scanPhase(chunk, at);
      this.offset += at - from;
    }
    return at;
  }

  /** The element that the last scan() completed, once. */
  take(): ArrayItem | undefined {
    const item = this.completed;
    this.completed = undefined;
    return item;
  }

  /** To be called after the last chunk. Throws ServiceError TF_FEED when the array is not complete. */
  end(): void {
    switch (this.phase) {
      case 'done':
        return;
      case 'start':
        throw this.error('is empty', 'An empty feed is written as [].');
      case 'item': {
        const place = `record ${this.count + 1}, which starts at byte ${this.itemOffset}`;
        throw this.error(`ends inside ${place}`, cutShort);
      }
      case 'gap':
        throw this.error(
          `ends after record ${this.count} without the ] that closes the array`,
          cutShort,
        );
      default:
        return this.phase satisfies never;
    }
  }

  private scanPhase(chunk: Buffer, start: number): number {
    switch (this.phase) {
      case 'start':
        return this.scanStart(chunk, start);
      case 'gap':
        return this.scanGap(chunk, start);
      case 'item':
        return this.scanItem(chunk, start);
      case 'done':
        return this.scanRest(chunk, start);
      default:
        return this.phase satisfies never;
    }
  }

  private scanStart(chunk: Buffer, start: number): number {
    let at = start;
    while (at < chunk.length) {
      const byte = chunk[at] as number;
      if (byte === openBracket) {
        this.phase = 'gap';
        return at + 1;
      }
      const position = this.offset + at - start;
      if (!isBlank(byte) && byte !== byteOrderMark[position]) {
        this.offset = position;
        throw this.error(
          'is not a JSON array of records: it does not start with [',
          'A feed of this format is one JSON array of objects: [ {…}, {…} ].',
        );
      }
      at += 1;
    }
    return at;
  }

  /** Between the opening bracket or a comma and the next element. */
  private scanGap(chunk: Buffer, start: number): number {
    const at = afterBlanks(chunk, start);
    const byte = chunk[at];
    if (byte === undefined) return at;
    if (byte !== comma && byte !== closeBracket) {
      this.phase = 'item';
      this.itemOffset = this.offset + at - start;
      return at;
    }
    if (byte === comma || this.isAfterComma) this.leaveOut('there is nothing beside a comma');
    if (byte === closeBracket) this.phase = 'done';
    this.isAfterComma = true;
    return at + 1;
  }

  private scanItem(chunk: Buffer, start: number): number {
    const end = this.element.scan(chunk, start);
    if (end === chunk.length) {
      if (!this.isTooLarge && !this.text.append(chunk, start, end)) {
        this.isTooLarge = true;
        this.text.clear();
      }
      return end;
    }
    this.completeItem(chunk, start, end);
    this.phase = chunk[end] === comma ? 'gap' : 'done';
    this.isAfterComma = true;
    return end + 1;
  }

  private completeItem(chunk: Buffer, start: number, end: number): void {
    const { maxBytes, maxDepth, maxKeys } = this.limits;
    if (this.element.maxDepth > maxDepth) this.leaveOut(`nested more than ${maxDepth} levels deep`);
    else if (this.element.keys > maxKeys) this.leaveOut(`more than ${maxKeys} keys`);
    else {
      const text = this.isTooLarge ? undefined : this.text.finish(chunk, start, end);
      if (text === undefined) this.leaveOut(`larger than ${maxBytes} bytes`);
      else this.completed = { ok: true, number: ++this.count, text };
    }
    this.element.reset();
    this.text.clear();
    this.isTooLarge = false;
  }

  private leaveOut(reason: string): void {
    this.completed = { ok: false, number: ++this.count, reason: `left out: ${reason}` };
  }

  /** After the array: nothing but blanks. */
  private scanRest(chunk: Buffer, start: number): number {
    const at = afterBlanks(chunk, start);
    if (at < chunk.length) {
      this.offset += at - start;
      throw this.error(
        `goes on after the end of the array (record ${this.count})`,
        'The file is damaged or holds several arrays: fetch it again, or join them into one.',
      );
    }
    return at;
  }

  private error(what: string, hint: string): ServiceError {
    const where = `${this.origin}: byte ${this.offset}`;
    return new ServiceError('TF_FEED', `The feed ${what}.`, { where, hint });
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function afterBlanks(chunk: Buffer, start: number): number {
  let at = start;
  while (isBlank(chunk[at])) at += 1;
  return at;
}
