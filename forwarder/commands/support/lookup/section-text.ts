import picocolors from 'picocolors';

import type { Report } from '../../../lookup/lookup-result.js';
import { formatTable, printable } from '../table.js';
import { zoneNamed, zoneText } from './zone-text.js';

type Row = Readonly<Record<string, unknown>>;

/** Shown beside the value, or with the quota. */
const elsewhere = new Set(['Zone', 'LicenseInfo']);
const widest = 60;
const mostColumns = 7;

/**
 * The sections of a report as they came, for people: single values as `name  value`, lists as tables
 * of at most `limit` rows. What is empty is left out. Each line is one of the terminal.
 */
export function sectionLines(report: Report, limit: number): readonly string[] {
  const lines: string[] = [];
  for (const [name, section] of Object.entries(report)) {
    if (elsewhere.has(name) || isEmpty(section)) continue;
    const inside = insideOf(section, limit);
    if (inside.length === 0) continue;
    lines.push('', picocolors.bold(printable(titleOf(name), widest)), ...inside);
  }
  return lines;
}

function insideOf(section: unknown, limit: number): readonly string[] {
  if (Array.isArray(section)) return listLines(section, limit);
  if (!isRow(section)) return [`  ${cellOf(section)}`];
  const pairs: (readonly [string, string])[] = [];
  const lists: string[] = [];
  for (const [name, value] of flat(section, '')) {
    if (Array.isArray(value) && value.some(isRow)) {
      const inside = listLines(value, limit).map((line) => `  ${line}`);
      lists.push(`  ${printable(name, widest)}:`, ...inside);
    } else pairs.push([printable(name, widest), cellOf(value, 200)]);
  }
  const width = Math.max(0, ...pairs.map(([name]) => name.length));
  return [...pairs.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`), ...lists];
}

/** What is inside objects, by names such as `Net.Name`; what is empty is left out. */
function* flat(row: Row, before: string): Iterable<readonly [string, unknown]> {
  for (const [name, value] of Object.entries(row)) {
    if (isEmpty(value)) continue;
    if (isRow(value)) yield* flat(value, `${before}${name}.`);
    else yield [`${before}${name}`, value];
  }
}

function listLines(list: readonly unknown[], limit: number): readonly string[] {
  const shown = list.slice(0, limit);
  const more = list.length - shown.length;
  const rest = more > 0 ? [`  … ${more} more`] : [];
  const rows = shown.filter(isRow);
  if (rows.length === 0) return [...shown.map((value) => `  ${cellOf(value)}`), ...rest];
  const used = rows.flatMap((row) => Object.keys(row).filter((name) => !isEmpty(row[name])));
  const names = [...new Set(used)].slice(0, mostColumns);
  const table = formatTable(
    names.map((name) => printable(name, widest)),
    rows.map((row) => names.map((name) => cellOf(row[name]))),
  );
  return [...table.split('\n').map((line) => `  ${line}`), ...rest];
}

function cellOf(value: unknown, longest = widest): string {
  if (isEmpty(value)) return '-';
  const zone = zoneNamed(value);
  if (zone !== undefined) return zoneText(zone);
  if (typeof value === 'string') return printable(value, longest);
  if (Array.isArray(value)) {
    return printable(value.map((one) => plainText(one)).join(', '), longest);
  }
  return printable(plainText(value), longest);
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.every(isEmpty);
  return isRow(value) && Object.values(value).every(isEmpty);
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const capitals = new Set(['ip', 'url', 'dns']);

/** `IpGeneralInfo` → `IP general info`. */
function titleOf(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(' ');
  const shown = words.map((word, at) => {
    const lower = word.toLowerCase();
    return capitals.has(lower) ? lower.toUpperCase() : at === 0 ? word : lower;
  });
  return shown.join(' ');
}
