import { ItemText } from '../item-text.js';

/** The text of one value of a document, over any number of chunks. */
export class TakenText {
  /** Levels of objects and lists around the value. */
  readonly level: number;
  private isTooLarge = false;
  /** Where in the chunk the part begins that is not kept yet. */
  private from: number;
  private readonly text: ItemText;

  /** The value begins at `from` of the current chunk; at most `maxBytes` of it are kept. */
  constructor(maxBytes: number, level: number, from: number) {
    this.text = new ItemText(maxBytes);
    this.level = level;
    this.from = from;
  }

  /** To be called before the bytes from `start` on are read. */
  enterChunk(start: number): void {
    this.from = start;
  }

  /** To be called after the bytes up to `end` were read, when the value goes on behind them. */
  leaveChunk(chunk: Buffer, end: number): void {
    if (this.isTooLarge || this.text.append(chunk, this.from, end)) return;
    this.isTooLarge = true;
    this.text.clear();
  }

  /** The whole text, which ends before `end`; undefined when it is too large. */
  finish(chunk: Buffer, end: number): string | undefined {
    return this.isTooLarge ? undefined : this.text.finish(chunk, this.from, end);
  }
}
