import Table from 'cli-table3';

/**
 * Rows under headings, aligned by what the eye sees (colours and wide letters counted right), with no
 * lines around: readable by people, `awk` and screen readers alike. One text a row.
 */
export function plainTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const table = new Table({
    head: [...headings],
    chars: noBorders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

const noBorders = {
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
  middle: '',
} as const;
