import {
  countByStatus,
  importStatuses,
  type ImportItem,
  type ImportResult,
} from '../../../config/index.js';
import { formatTable, printable } from '../table.js';

/** Where the configuration was written; undefined when there is none. */
export interface Written {
  readonly output: string;
  /** The copy of a file that was there. */
  readonly backup: string | undefined;
}

/** One line a setting, file by file: its line, what became of it, where it is now or what to do. */
export function reportText({ items }: ImportResult, bold?: (text: string) => string): string {
  const files = [...new Set(items.map(({ file }) => file))];
  return files
    .map((file) => {
      const own = items.filter((item) => item.file === file);
      const table = formatTable(
        ['line', 'setting', 'result', 'now at, or what to do'],
        own.map((item) => [String(item.line), settingOf(item), item.status, whatOf(item)]),
        bold,
      );
      return files.length === 1 ? table : `${printable(file)}\n${table}`;
    })
    .join('\n\n');
}

/** `RegExps > Source "proxy" > RE_URL` is known by its last two parts. */
function settingOf({ element }: ImportItem): string {
  return printable(element.split(' > ').slice(-2).join(' > '));
}

function whatOf({ target, detail }: ImportItem): string {
  return printable([target ?? '', detail].filter((one) => one !== '').join(': '), 500);
}

/** What to know at the end: how much of it is what, where it was written, how to go on. */
export function summaryText(result: ImportResult, written: Written | undefined): string {
  const counts = countByStatus(result.items);
  const parts = importStatuses.map((status) => `${counts[status]} ${status}`);
  const lines = [`${parts.join(', ')}.`];
  if (written !== undefined) {
    const { output, backup } = written;
    const before = backup === undefined ? '' : ` (the file that was there: ${backup})`;
    lines.push(
      `Written to ${output}${before}.`,
      'Next: threat-forwarder check, then verify; docs/guides/move-from-cybertrace.md.',
    );
  }
  return lines.join('\n');
}

export function reportJson(result: ImportResult, written: Written | undefined): unknown {
  const { config, items } = result;
  return {
    version: config?.version,
    tenant: config?.tenant,
    output: written?.output,
    backup: written?.backup,
    counts: countByStatus(items),
    items,
  };
}
