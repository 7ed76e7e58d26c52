import { ServiceError } from '../../core/index.js';
import { isObject } from '../record-context.js';

/** Parameters of a request for objects, in the order they are written. */
export type TaxiiQuery = readonly (readonly [name: string, value: string])[];

const objectsPerPage = '1000';
const timestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;
const shortNames: Readonly<Record<string, string>> = {
  id: 'match[id]',
  type: 'match[type]',
  version: 'match[version]',
  spec_version: 'match[spec_version]',
};

/**
 * The filters of TAXII 2.1 (3.4, 5.4) as the configuration has them: `match[type]` (or `type`),
 * default `indicator`, `added_after` as a timestamp or as a number of days (`30d`), `limit`, and
 * those that only some servers know. What stands in the address itself (`given`) takes the place of
 * the defaults. Throws ServiceError TF_CONFIG.
 */
export function taxiiQuery(
  query: unknown,
  where: string,
  nowMs: number,
  given: Iterable<readonly [name: string, value: string]> = [],
): TaxiiQuery {
  const bad = (what: string, hint: string): ServiceError =>
    new ServiceError('TF_CONFIG', `query of a TAXII collection: ${what}`, { where, hint });
  if (query !== undefined && query !== null && !isObject(query)) {
    throw bad('is no list of names and values', 'write for example: query: { type: indicator }');
  }
  const parameters = new Map([['match[type]', 'indicator'], ['limit', objectsPerPage], ...given]);
  for (const [key, raw] of Object.entries(query ?? {})) {
    const name = shortNames[key] ?? key;
    const value = Array.isArray(raw) ? raw.map(plain).join(',') : plain(raw);
    if (name === 'next') throw bad('"next" is for paging', 'leave it out');
    if (value === '')
      throw bad(`"${key}" is no text and no number`, 'write one, or a list of them');
    parameters.set(name, name === 'added_after' ? timeOf(value, nowMs, bad) : value);
  }
  const limit = parameters.get('limit') ?? '';
  if (!/^[1-9]\d{0,6}$/.test(limit))
    throw bad(`limit ${limit}`, 'write a number from 1 to 9999999');
  return [...parameters];
}

function timeOf(
  value: string,
  nowMs: number,
  bad: (what: string, hint: string) => ServiceError,
): string {
  const days = /^(\d{1,5})d$/.exec(value)?.[1];
  if (days !== undefined) return new Date(nowMs - Number(days) * 86_400_000).toISOString();
  if (timestamp.test(value) && !Number.isNaN(Date.parse(value))) return value;
  throw bad(
    `added_after ${value.slice(0, 40)}`,
    'write a time such as 2026-01-31T00:00:00Z, or a number of days such as 30d',
  );
}

function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
