import Table from 'cli-table3';
import picocolors from 'picocolors';

/** Prints rows under headings on standard output, columns aligned by what the eye sees. */
export function printTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  process.stdout.write(`${formatTable(headings, rows)}\n`);
}

/** A table without lines: readable by people, `awk` and screen readers alike. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const table = new Table({
    head: headings.map((heading) => picocolors.bold(heading)),
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
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
