import { aqlName } from './aql.js';

/** A search in parts; a column is an expression and the name it is shown under. */
export interface Query {
  readonly select: readonly Column[];
  /** All of them hold. */
  readonly where: readonly string[];
  readonly groupBy?: string;
  readonly orderBy: string;
  readonly limit?: number;
  readonly last: '24 HOURS' | '7 DAYS';
}

export type Column = readonly [expression: string, name: string];

/** The clauses in the order AQL asks for. */
export function queryText({ select, where, groupBy, orderBy, limit, last }: Query): string {
  return [
    `SELECT ${select.map(columnText).join(', ')}`,
    'FROM events',
    `WHERE ${where.join(' AND ')}`,
    ...(groupBy === undefined ? [] : [`GROUP BY ${groupBy}`]),
    `ORDER BY ${orderBy}`,
    ...(limit === undefined ? [] : [`LIMIT ${limit}`]),
    `LAST ${last}`,
  ].join(' ');
}

function columnText([expression, name]: Column): string {
  const shown = aqlName(name);
  return expression === shown ? shown : `${expression} AS ${shown}`;
}

/** Columns that several searches show. */
export const columns = {
  event: ['QIDNAME(qid)', 'Event'],
  category: ['CATEGORYNAME(category)', 'Category'],
  logSource: ['LOGSOURCENAME(logsourceid)', 'Log source'],
  source: ['sourceip', 'Source'],
  destination: ['destinationip', 'Destination'],
  user: ['username', 'User'],
  severity: ['severity', 'Severity'],
  highest: ['MAX(severity)', 'Highest severity'],
  count: ['COUNT(*)', 'Count'],
  hosts: ['UNIQUECOUNT(sourceip)', 'Hosts'],
  time: ["DATEFORMAT(starttime, 'yyyy-MM-dd HH:mm:ss')", 'Time'],
  lastSeen: ["DATEFORMAT(MAX(starttime), 'yyyy-MM-dd HH:mm:ss')", 'Last seen'],
} as const satisfies Readonly<Record<string, Column>>;

/** A custom property under its own name. */
export function property(name: string): Column {
  return [aqlName(name), name];
}
