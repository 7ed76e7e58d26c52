import { QuoteState } from './row.js';

/** A row: a line of the file, or several where a quoted cell holds line ends. */
export interface CsvRow {
  /** Number of its first line, from 1. */
  readonly line: number;
  readonly text: string;
  /** Whether a quote was opened in it that nothing closes: then it is one line. */
  readonly isOpen: boolean;
}

/** What one row may have at most. */
export const maxRowLength = 65_536;
const mostLines = 100;

/**
 * Puts lines together to rows. A quote that is not closed costs the line it stands on: after it,
 * reading goes on with the next line, so that one damaged row does not take others with it.
 */
export class CsvRows {
  private pending: { line: number; text: string }[] = [];
  private length = 0;
  private readonly quotes = new QuoteState();
  private readonly delimiters: string;
  private readonly isGood: (row: string) => boolean;

  /** `isGood` tells whether a row of several lines is one. */
  constructor(delimiters: string, isGood: (row: string) => boolean) {
    this.delimiters = delimiters;
    this.isGood = isGood;
  }

  /** Whether the next line is inside a quoted cell, so that it is neither comment nor blank. */
  get isOpen(): boolean {
    return this.pending.length > 0;
  }

  /** Takes the next line; gives the rows that end with it. */
  *push(line: number, text: string): Generator<CsvRow, void, undefined> {
    const isOpen = this.quotes.read(text, this.delimiters);
    if (this.pending.length === 0 && !isOpen) {
      yield { line, text, isOpen };
      return;
    }
    this.pending.push({ line, text });
    this.length += text.length + 1;
    if (isOpen) {
      if (this.length > maxRowLength || this.pending.length > mostLines) yield* this.giveUp();
      return;
    }
    const row = this.pending.map((part) => part.text).join('\n');
    if (!this.isGood(row)) {
      yield* this.giveUp();
      return;
    }
    const first = this.pending[0] as { line: number };
    this.clear();
    yield { line: first.line, text: row, isOpen: false };
  }

  /** The rows that are left when nothing comes any more, or nothing that can belong to them. */
  *finish(): Generator<CsvRow, void, undefined> {
    while (this.pending.length > 0) yield* this.giveUp();
  }

  /** Leaves out the first pending line, and reads the others anew. */
  private *giveUp(): Generator<CsvRow, void, undefined> {
    const [first, ...others] = this.pending as [CsvRow, ...CsvRow[]];
    this.clear();
    yield { line: first.line, text: first.text, isOpen: true };
    for (const { line, text } of others) yield* this.push(line, text);
  }

  private clear(): void {
    this.pending = [];
    this.length = 0;
    this.quotes.reset();
  }
}
