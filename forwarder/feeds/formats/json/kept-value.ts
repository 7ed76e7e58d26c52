import type { FeedFault } from '../../../core/index.js';
import { longestRow } from '../format.js';
import { ItemText } from '../item-text.js';
import type { ItemLimits, JsonItem } from './list-items.js';

/**
 * The text of one value of a document that is a record, or may turn out to be one, kept while the
 * document is walked through; never more than the limits allow.
 */
export class KeptValue {
  /** `off`: nothing is kept; `maybe`: kept until it is known whether it is a record. */
  state: 'off' | 'maybe' | 'record' = 'off';
  /** Open levels of the document where the value begins. */
  level = 0;
  /** Where in the chunk the part begins that is not yet copied. */
  private start = 0;
  private keys = 0;
  private deepest = 0;
  private tooLargeRow: string | undefined;
  private readonly text: ItemText;
  private readonly limits: ItemLimits;

  constructor(limits: ItemLimits) {
    this.limits = limits;
    this.text = new ItemText(limits.maxBytes);
  }

  begin(state: 'maybe' | 'record', level: number, start: number): void {
    this.drop();
    this.state = state;
    this.level = level;
    this.start = start;
  }

  drop(): void {
    this.state = 'off';
    this.text.clear();
    this.keys = 0;
    this.deepest = 0;
    this.tooLargeRow = undefined;
  }

  /** Counts a key of the value, and an open level of the document. */
  countKey(): void {
    this.keys += 1;
  }

  countLevel(level: number): void {
    this.deepest = Math.max(this.deepest, level - this.level);
  }

  /** To be called at a chunk's beginning and end while something is kept. */
  enterChunk(start: number): void {
    this.start = start;
  }

  leaveChunk(chunk: Buffer): void {
    if (this.tooLargeRow !== undefined) return;
    if (this.text.append(chunk, this.start, chunk.length)) return;
    this.tooLargeRow = this.beginning(chunk, chunk.length);
    this.text.clear();
  }

  /** The value, which ends before `end`. Nothing is kept afterwards. */
  complete(chunk: Buffer, end: number, number: number): JsonItem {
    const { maxBytes, maxDepth, maxKeys } = this.limits;
    const leftOut = (fault: FeedFault, reason: string): JsonItem => ({
      ok: false,
      number,
      fault,
      reason: `left out: ${reason}`,
      row: this.tooLargeRow ?? this.beginning(chunk, end),
    });
    const item =
      this.deepest > maxDepth
        ? leftOut('limit', `nested more than ${maxDepth} levels deep`)
        : this.keys > maxKeys
          ? leftOut('limit', `more than ${maxKeys} keys`)
          : this.tooLargeRow !== undefined || this.text.length + end - this.start > maxBytes
            ? leftOut('limit', `larger than ${maxBytes} bytes`)
            : this.whole(chunk, end, number);
    this.drop();
    return item;
  }

  private whole(chunk: Buffer, end: number, number: number): JsonItem {
    return { ok: true, number, text: this.text.finish(chunk, this.start, end) as string };
  }

  private beginning(chunk: Buffer, end: number): string {
    const kept = this.text.bytes.subarray(0, longestRow);
    const rest = chunk.subarray(this.start, Math.min(end, this.start + longestRow - kept.length));
    return Buffer.concat([kept, rest]).toString('utf8');
  }
}
