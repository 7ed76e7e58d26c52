import { readFile } from 'node:fs/promises';

import { textOf, VerificationError } from './errors.js';
import { dataFile } from './files.js';

/** `guide`: printed in the table of the JSA DSM guide; `extended`: further test indicators. */
export const expectationTables = ['guide', 'extended'] as const;
export type ExpectationTable = (typeof expectationTables)[number];

/** One detection a loaded feed must give. */
export interface Expectation {
  /** As it stands in the event. */
  readonly indicator: string;
  /** Event id of the detection, e.g. `KL_Malicious_URL`. */
  readonly event: string;
  readonly table: ExpectationTable;
}

/** What verification/expected.json says. */
export interface ExpectedResults {
  /** By feed name. The same indicator in two feeds is expected twice. */
  readonly feeds: ReadonlyMap<string, readonly Expectation[]>;
  /** Values of the events that no feed may know. */
  readonly clean: readonly string[];
}

/**
 * Reads and checks the expected results; without `path` the package's own file. Throws
 * VerificationError TF_CONFIG that names the file and the field.
 */
export async function readExpected(
  path: string = dataFile('expected.json'),
): Promise<ExpectedResults> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw problem(path, '', `cannot be read: ${textOf(error)}`, error);
  }
  return checkExpected(value, path);
}

/** Checks parsed JSON; `where` names its file in errors. */
export function checkExpected(value: unknown, where: string): ExpectedResults {
  const top = asObject(value, where, '');
  for (const key of Object.keys(top)) {
    if (key !== 'feeds' && key !== 'clean') throw problem(where, key, 'is not a known key');
  }
  const feeds = new Map<string, readonly Expectation[]>();
  for (const [name, list] of Object.entries(asObject(top['feeds'], where, 'feeds'))) {
    feeds.set(name, expectationsOf(list, where, `feeds.${name}`));
  }
  if (feeds.size === 0) throw problem(where, 'feeds', 'names no feed');
  const clean = asArray(top['clean'] ?? [], where, 'clean').map((item, index) =>
    asText(item, where, `clean[${index}]`),
  );
  return { feeds, clean };
}

function expectationsOf(value: unknown, where: string, field: string): readonly Expectation[] {
  const list = asArray(value, where, field);
  if (list.length === 0) throw problem(where, field, 'expects nothing; leave the feed out instead');
  return list.map((item, index) => {
    const place = `${field}[${index}]`;
    const entry = asObject(item, where, place);
    for (const key of Object.keys(entry)) {
      if (!['indicator', 'event', 'table'].includes(key)) {
        throw problem(where, `${place}.${key}`, 'is not a known key');
      }
    }
    const table = expectationTables.find((known) => known === entry['table']);
    if (table === undefined) {
      throw problem(where, `${place}.table`, `must be one of ${expectationTables.join(', ')}`);
    }
    return {
      indicator: asText(entry['indicator'], where, `${place}.indicator`),
      event: asText(entry['event'], where, `${place}.event`),
      table,
    };
  });
}

function asObject(value: unknown, where: string, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw problem(where, field, 'must be an object');
  }
  return value as Record<string, unknown>;
}

function asArray(value: unknown, where: string, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw problem(where, field, 'must be a list');
  return value;
}

function asText(value: unknown, where: string, field: string): string {
  if (typeof value !== 'string' || value === '') {
    throw problem(where, field, 'must be a text that is not empty');
  }
  return value;
}

function problem(where: string, field: string, what: string, cause?: unknown): VerificationError {
  const message = field === '' ? `The expected results: ${what}` : `${field} ${what}`;
  return new VerificationError('TF_CONFIG', message, {
    where,
    hint: 'Compare with verification/expected.json of the package.',
    ...(cause === undefined ? {} : { cause }),
  });
}
