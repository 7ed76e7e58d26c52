import type { FeedFault } from '../../../core/index.js';
import { longestRow } from '../format.js';
import { ItemText } from '../item-text.js';
import { afterBlanks, closeBracket, comma } from './bytes.js';
import { JsonElementScanner } from './element-scanner.js';

/** What one element of a list may be at most; what is larger is left out, not loaded. */
export interface ItemLimits {
  readonly maxBytes: number;
  /** Levels of objects and lists in one element, itself counted. */
  readonly maxDepth: number;
  /** Keys in one element, those of nested objects included. */
  readonly maxKeys: number;
}

/** The limits of one record. Those of real feeds have a few kilobytes and some hundred keys. */
export const recordLimits: ItemLimits = { maxBytes: 1_048_576, maxDepth: 64, maxKeys: 10_000 };

/** One element: its text, or why it is left out. */
export type JsonItem =
  | { readonly ok: true; readonly number: number; readonly text: string }
  | {
      readonly ok: false;
      readonly number: number;
      readonly fault: FeedFault;
      readonly reason: string;
      /** Its start, up to `longestRow` characters. */
      readonly row: string;
    };

/**
 * Cuts the elements out of a JSON list after its `[` while the bytes arrive, in memory bounded by
 * one element. An element is the text between two commas that stand outside of strings and
 * brackets; whether it is valid JSON is for JSON.parse to say, so that one bad element costs itself
 * and no other. May be used for one list after the other: the numbers go on.
 */
export class JsonListItems {
  /** Whether the `]` of the list was read. */
  isDone = false;
  /** Whether the input stands inside an element, and how many bytes of the list came before it. */
  isInItem = false;
  itemOffset = 0;
  /** Elements so far, those left out too. */
  count = 0;
  private isAfterComma = false;
  private readBytes = 0;
  /** True while the element is known to be too large: it is then scanned, not kept. */
  private isTooLarge = false;
  /** The start of an element that is too large. */
  private tooLargeRow = '';
  private completed: JsonItem | undefined;
  private readonly element: JsonElementScanner;
  private readonly text: ItemText;
  private readonly limits: ItemLimits;

  constructor(limits: ItemLimits) {
    this.limits = limits;
    this.element = new JsonElementScanner(limits.maxDepth);
    this.text = new ItemText(limits.maxBytes);
  }

  /** Bytes kept between two calls: never more than `limits.maxBytes`. */
  get bufferedBytes(): number {
    return this.text.length;
  }

  /** Makes ready for a list whose `[` was just read. */
  begin(): void {
    this.isDone = false;
    this.isInItem = false;
    this.isAfterComma = false;
    this.readBytes = 0;
    this.itemOffset = 0;
    this.isTooLarge = false;
    this.text.clear();
    this.element.reset();
  }

  /**
   * Reads `chunk` up to the end of the next element, of the list, or of the chunk; returns where it
   * stopped. take() then gives the element, if one was completed.
   */
  scan(chunk: Buffer, start: number): number {
    let at = start;
    while (at < chunk.length && this.completed === undefined && !this.isDone) {
      const from = at;
      at = this.isInItem ? this.scanItem(chunk, at) : this.scanGap(chunk, at);
      this.readBytes += at - from;
    }
    return at;
  }

  /** The element that the last scan() completed, once. */
  take(): JsonItem | undefined {
    const item = this.completed;
    this.completed = undefined;
    return item;
  }

  /** Between the opening bracket or a comma and the next element. */
  private scanGap(chunk: Buffer, start: number): number {
    const at = afterBlanks(chunk, start);
    const byte = chunk[at];
    if (byte === undefined) return at;
    if (byte !== comma && byte !== closeBracket) {
      this.isInItem = true;
      this.itemOffset = this.readBytes + at - start;
      return at;
    }
    if (byte === comma || this.isAfterComma) {
      this.leaveOut('syntax', 'there is nothing beside a comma', '');
    }
    this.isDone = byte === closeBracket;
    this.isAfterComma = true;
    return at + 1;
  }

  private scanItem(chunk: Buffer, start: number): number {
    const end = this.element.scan(chunk, start);
    if (end === chunk.length) {
      if (!this.isTooLarge && !this.text.append(chunk, start, end)) {
        this.tooLargeRow = this.startOfItem(chunk, start, end);
        this.isTooLarge = true;
        this.text.clear();
      }
      return end;
    }
    this.completeItem(chunk, start, end);
    this.isInItem = false;
    this.isDone = chunk[end] === closeBracket;
    this.isAfterComma = true;
    return end + 1;
  }

  private completeItem(chunk: Buffer, start: number, end: number): void {
    const { maxBytes, maxDepth, maxKeys } = this.limits;
    const row = (): string =>
      this.isTooLarge ? this.tooLargeRow : this.startOfItem(chunk, start, end);
    if (this.element.maxDepth > maxDepth) {
      this.leaveOut('limit', `nested more than ${maxDepth} levels deep`, row());
    } else if (this.element.keys > maxKeys) {
      this.leaveOut('limit', `more than ${maxKeys} keys`, row());
    } else if (this.isTooLarge || this.text.length + end - start > maxBytes) {
      this.leaveOut('limit', `larger than ${maxBytes} bytes`, row());
    } else {
      const text = this.text.finish(chunk, start, end) as string;
      this.completed = { ok: true, number: ++this.count, text };
    }
    this.element.reset();
    this.text.clear();
    this.isTooLarge = false;
  }

  /** The element's first characters: what is kept of it, then what stands in the chunk. */
  private startOfItem(chunk: Buffer, start: number, end: number): string {
    const kept = this.text.bytes.subarray(0, longestRow);
    const rest = chunk.subarray(start, Math.min(end, start + longestRow - kept.length));
    return Buffer.concat([kept, rest]).toString('utf8');
  }

  private leaveOut(fault: FeedFault, reason: string, row: string): void {
    const number = ++this.count;
    this.completed = { ok: false, number, fault, reason: `left out: ${reason}`, row };
  }
}
