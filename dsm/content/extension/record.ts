import { xmlText } from '../xml.js';

/** A row of a table of the console's database: what an extension's XML consists of. */
export interface ContentRecord {
  /** The table: name of the element. */
  readonly table: string;
  /** Its columns, each a child element, in this order. */
  readonly columns: Readonly<Record<string, string | number | boolean>>;
}

/** A record as XML, two blanks deep. */
export function recordXml({ table, columns }: ContentRecord): string {
  return [
    `  <${table}>`,
    ...Object.entries(columns).map(
      ([name, value]) => `    <${name}>${xmlText(String(value))}</${name}>`,
    ),
    `  </${table}>`,
  ].join('\n');
}
