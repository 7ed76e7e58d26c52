const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const cells = 20;

/**
 * A bar for a share from 0 to 1, at most 20 cells: of blocks to an eighth of a cell, else of `#`. What
 * is more than nothing shows.
 */
export function bar(share: number, usesBlocks: boolean): string {
  const steps = usesBlocks ? cells * 8 : cells;
  const length = share > 0 ? Math.max(1, Math.round(Math.min(1, share) * steps)) : 0;
  if (!usesBlocks) return '#'.repeat(length);
  return '█'.repeat(Math.floor(length / 8)) + (eighths[length % 8] ?? '');
}

/** Whether blocks can be shown: on a terminal whose locale is of UTF-8. */
export function showsBlocks(
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value);
  return isTerminal && /utf-?8/i.test(locale ?? '');
}
