import type { KlFields } from '../../../../lookup/kl-fields.js';

/** A row in two parts, between which fields are written: latin1, as read. */
export interface ParsedRow {
  readonly head: string;
  readonly tail: string;
  /** What is to be looked up; undefined: nothing that could be. */
  readonly value: string | undefined;
  /** Whether there is anything to add to: not to an empty line. */
  readonly isWhole: boolean;
}

/** A way to write rows. */
export interface RowFormat {
  parse(record: string): ParsedRow;
  /** What is put between head and tail: latin1 of UTF-8. */
  addition(fields: KlFields): string;
}

/** UTF-8 as latin1 characters, as everything of rows is. */
export function toBytes(text: string): string {
  return /[^\u0000-\u007f]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

/** The text that latin1 characters stand for. */
export function toText(bytes: string): string {
  return /[^\u0000-\u007f]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}

/** A row without its line end, and the line end; `fallback` when it has none, as the last row may. */
export function splitEnd(record: string, fallback: string): readonly [string, string] {
  if (record.endsWith('\r\n')) return [record.slice(0, -2), '\r\n'];
  return record.endsWith('\n') ? [record.slice(0, -1), '\n'] : [record, fallback];
}
