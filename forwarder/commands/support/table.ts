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
): string {
  const bold = headings.map((heading) => picocolors.bold(heading));
  return plainTable(bold, rows).join('\n');
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
