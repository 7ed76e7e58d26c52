import { join } from 'node:path';

import { afterAll, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';

import { fuzzRuns } from '../../support/fuzz-runs.js';
import { openText, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const path = join(folder.path, 'table');
afterAll(() => {
  folder.remove();
});

/** Few characters, so that cells, keys and prefixes of keys are often equal. */
const text = fc.oneof(
  fc.array(fc.constantFrom('a', 'B', 'é', '𐍈', '"', ';', ',', '\n', ' ', '*'), { maxLength: 4 }),
  fc.string({ maxLength: 12 }).map((one) => [one.replace(/[\0\ud800-\udfff]/g, '')]),
);
const cell = text.map((parts) => parts.join(''));
const table = fc.record({
  rows: fc.array(fc.tuple(cell, cell, cell), { maxLength: 60 }),
  delimiter: fc.constantFrom(';', ',', '\t', '|'),
  lineEnd: fc.constantFrom('\n', '\r\n'),
});

const quoted = (one: string): string => `"${one.replaceAll('"', '""')}"`;

function contextIn(cells: readonly string[]): Record<string, string> {
  const entries = ['one', 'key', 'last'].map((name, index) => [name, cells[index] ?? ''] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

test('a table finds what a Map of its rows finds', async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.array(cell), async ({ rows, delimiter, lineEnd }, others) => {
      const map = new Map(
        rows.filter(([, key]) => key !== '').map((cells) => [cells[1], contextIn(cells)]),
      );
      const lines = [['one', 'key', 'last'], ...rows].map((cells) =>
        cells.map(quoted).join(delimiter),
      );
      const content = lines.join(lineEnd);
      const { find, dictionaries } = await openText(`${path}.csv`, content, { key: 'key' });
      expect(dictionaries.size).toBe(map.size);
      for (const key of [...map.keys(), ...others]) expect(find(key)).toEqual(map.get(key));
    }),
    { numRuns: fuzzRuns(80) },
  );
});

test('plain and quoted cells are read as csv-parse reads them', async () => {
  const plain = cell.map((one) => one.replace(/[";,\n\r\t|]/g, '').trim());
  const written = fc.oneof(
    plain,
    cell.map(quoted),
    plain.map((one) => `  ${one} `),
  );
  const row = fc.tuple(fc.nat(), written, written).map(([id, ...cells]) => [`k${id}`, ...cells]);
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1 }), async (rows) => {
      const content = `key,a,b\n${rows.map((cells) => cells.join(',')).join('\n')}\n`;
      const read = parse<{ readonly key: string }>(content, {
        columns: true,
        trim: true,
        relax_quotes: true,
      });
      const { find } = await openText(`${path}.csv`, content, { key: 'key' });
      for (const one of new Map(read.map((record) => [record.key, record])).values()) {
        const filled = Object.entries(one).filter(([, value]) => value !== '');
        expect(find(one.key)).toEqual(Object.fromEntries(filled));
      }
    }),
    { numRuns: fuzzRuns(80) },
  );
});

test('records of JSON are found in each of its shapes', async () => {
  const record = fc.record({ key: cell, value: fc.jsonValue({ maxDepth: 3 }) });
  const shapes = [
    (rows: readonly unknown[]) => JSON.stringify(rows),
    (rows: readonly unknown[]) => JSON.stringify({ count: rows.length, rows }, undefined, 2),
    (rows: readonly unknown[]) => rows.map((one) => JSON.stringify(one)).join('\n'),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 2 }),
      fc.constantFrom(...shapes),
      async (rows, write) => {
        const keys = new Set(rows.map(({ key }) => key).filter(Boolean));
        const { find, dictionaries } = await openText(`${path}.json`, write(rows), { key: 'key' });
        expect(dictionaries.size).toBe(keys.size);
        for (const key of keys) expect(find(key)?.['key']).toBe(key);
      },
    ),
    { numRuns: fuzzRuns(80) },
  );
});

test('any bytes are a table or a clear error', async () => {
  const start = fc.constantFrom('key;a\n', '[{"key":"', '{"key":1}', '');
  await fc.assert(
    fc.asyncProperty(
      start,
      fc.oneof(cell, fc.uint8Array({ maxLength: 200 })),
      async (first, rest) => {
        const content = Buffer.concat([Buffer.from(first), Buffer.from(rest)]);
        const outcome = await openText(path, content, { key: 'key' }).then(
          ({ dictionaries }) => dictionaries.size,
          (error: unknown) => error,
        );
        if (typeof outcome !== 'number') expect(outcome).toMatchObject({ code: 'TF_CONFIG' });
      },
    ),
    { numRuns: fuzzRuns(150) },
  );
});
