import picocolors from 'picocolors';

import { plainTable } from '../../../verification/plain-table.js';

/** Prints rows under headings on standard output, columns aligned by what the eye sees. */
export function printTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  process.stdout.write(`${formatTable(headings, rows)}\n`);
}

/** A table without lines, its headings bold where colours are shown. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  bold: (text: string) => string = picocolors.bold,
): string {
  return plainTable(headings.map(bold), rows).join('\n');
}

/** The mark of a finding: told apart without colour too. */
export function statusMark(status: 'ok' | 'warning' | 'failed'): string {
  switch (status) {
    case 'ok':
      return picocolors.green('✓');
    case 'warning':
      return picocolors.yellow('!');
    case 'failed':
      return picocolors.red('✗');
    default:
      return status satisfies never;
  }
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** `nothing`, `1 record`, `3 records`. */
export function counted(count: number, noun: string): string {
  return count === 0 ? 'nothing' : `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A size for people: `512 B`, `1.5 KiB`, `3.0 GiB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`;
  let value = bytes;
  let unit = 'B';
  for (const next of ['KiB', 'MiB', 'GiB', 'TiB']) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value.toFixed(1)} ${unit}`;
}

/** What a terminal would take for a command, or what turns the direction of writing. */
const unseen = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A text from a feed as it may be printed: on one line, without control characters, cut. */
export function printable(text: string, longest = 200): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return cut.replace(unseen, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${code}`;
  });
}
