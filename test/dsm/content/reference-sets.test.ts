import { expect, test } from '@jest/globals';

import { decodeLeef } from '../../../dsm/index.js';
import { runQuery } from '../../console/ariel/run-query.js';
import { linesOf, textOf } from './bundle-under-test.js';
import { taughtConsole } from './taught-console.js';

interface Entry {
  readonly set: { readonly name: string; readonly entry_type: string };
  readonly filledBy: { readonly tests: readonly string[]; readonly response: string };
}

const { sets } = JSON.parse(textOf('reference-sets.json')) as { sets: readonly Entry[] };
const samples = linesOf('sample-events.log');
const console = taughtConsole();
for (const line of samples) console.receive(line);

/** Sample events in which the key has a value. */
function having(key: string): number {
  const values = samples.map((line) => {
    const decoded = decodeLeef(line);
    return decoded.ok ? decoded.event.attributes.get(key) : undefined;
  });
  return values.filter((value) => value !== undefined && value !== '-').length;
}

test.each([
  ['TF Detected URLs', 'ALNIC', 'URL', 'url'],
  ['TF Detected IPs', 'IP', 'IP', 'ip'],
  ['TF Detected MD5', 'ALNIC', 'MD5', 'md5'],
  ['TF Detected SHA1', 'ALNIC', 'SHA1', 'sha1'],
  ['TF Detected SHA256', 'ALNIC', 'SHA256', 'sha256'],
  ['TF Affected Hosts', 'IP', 'Source IP', 'src'],
  ['TF Affected Users', 'ALNIC', 'Username', 'usrName'],
])('%s holds %s and takes %s of the events that have it', (name, type, field, key) => {
  const entry = sets.find(({ set }) => set.name === name);
  expect(entry?.set.entry_type).toBe(type);
  expect(entry?.filledBy.response).toBe(`Add to a Reference Set: ${field} to ${name}`);
  const [, , filter = ''] = entry?.filledBy.tests ?? [];
  const where = /^when the event matches this AQL filter query: (.+)$/.exec(filter)?.[1] ?? '';
  const aql = `SELECT COUNT(*) AS n FROM events WHERE ${where} LAST 1 HOURS`;
  const [row] = runQuery(console.state, console.events, aql);
  // The double has the sender's address for the source of an event that names none.
  const others = key === 'src' ? samples.length - having('src') : 0;
  expect(row?.['n']).toBe(having(key) + others);
});

test('there is no other set', () => {
  expect(sets).toHaveLength(7);
});
