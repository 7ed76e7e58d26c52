import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, expect, test } from '@jest/globals';

import { hashOf, KeyTable } from '../../../forwarder/enrichment/dictionaries/key-table.js';
import { RowStore } from '../../../forwarder/enrichment/dictionaries/row-store.js';
import { openDictionaries } from '../../../forwarder/enrichment/index.js';
import { createMetrics, silentLogger } from '../../../forwarder/telemetry/index.js';
import { openText, temporaryFolder } from './support.js';

const folder = temporaryFolder();
afterAll(() => {
  folder.remove();
});

test('rows of one hash are all there, before and after the table has grown', () => {
  const table = new KeyTable();
  const hashes = [0xffffffff, 0, 0x80000000];
  for (let row = 0; row < 3000; row++) table.add(hashes[row % 3] as number, row);
  for (const [rest, hash] of hashes.entries()) {
    const rows = [];
    let slot = table.nextSlot(hash, table.firstSlot(hash));
    while (slot >= 0) {
      rows.push(table.rowAt(slot));
      slot = table.nextSlot(hash, table.slotAfter(slot));
    }
    expect(rows.sort((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, index) => index * 3 + rest),
    );
  }
});

test('the worked example of how rows are kept', () => {
  const store = new RowStore();
  const rows = [
    ['anna', 'Anna Berg', ''],
    ['bert', 'Bert', 'IT'],
  ];
  const offsets = rows.map((cells) => {
    store.begin(3, 100);
    for (const [index, name] of ['login', 'name', 'unit'].entries()) {
      const text = Buffer.from(cells[index] ?? '');
      if (text.length > 0) store.add(store.numberOf(name) ?? 0, text, 0, text.length);
    }
    return store.end();
  });
  expect(offsets).toEqual([0, 18]);
  const hashes = ['anna', 'bert'].map((key) => hashOf(Buffer.from(key), 0, 4).toString(16));
  expect(hashes).toEqual(['be3d6c8d', '5aa3f913']);
  const table = new KeyTable();
  expect([0xbe3d6c8d, 0x5aa3f913].map((hash) => table.firstSlot(hash))).toEqual([47, 22]);
});

test('rows in many blocks keep their fields and their offsets', () => {
  const store = new RowStore();
  const name = store.numberOf('field') ?? 0;
  const texts = Array.from({ length: 40 }, (_, index) =>
    Buffer.alloc(1_000_000, 65 + (index % 26)),
  );
  const offsets = texts.map((text) => {
    expect(store.begin(1, text.length)).toBe(true);
    store.add(name, text, 0, text.length);
    return store.end();
  });
  offsets.forEach((offset, index) => {
    const text = texts[index] as Buffer;
    expect(store.holds(offset, name, text, 0, text.length)).toBe(true);
    expect(store.holds(offset, name, text, 1, text.length)).toBe(false);
    const [[found, value] = ['', '']] = store.read(offset);
    expect(found).toBe('field');
    expect(text.equals(Buffer.from(value))).toBe(true);
  });
});

test('a hundred thousand rows are found, each under its own key only', async () => {
  const rows = Array.from({ length: 100_000 }, (_, index) => `key${index};value ${index * 7}`);
  const path = join(folder.path, 'large.csv');
  const { find, dictionaries } = await openText(path, `key;v\n${rows.join('\n')}`, { key: 'key' });
  expect(dictionaries.size).toBe(100_000);
  for (let index = 0; index < 100_000; index += 997) {
    expect(find(`key${index}`)).toEqual({ key: `key${index}`, v: `value ${index * 7}` });
    expect(find(`key${index}x`)).toBeUndefined();
  }
});

test('several dictionaries answer, value by value, in their order', async () => {
  const users = join(folder.path, 'users.csv');
  const hosts = join(folder.path, 'hosts.csv');
  writeFileSync(users, 'login,unit\nanna,Sales\n192.0.2.1,Printer\n');
  writeFileSync(hosts, 'ip,name\n192.0.2.1,printer-1\n');
  const metrics = createMetrics();
  const dictionaries = await openDictionaries(
    [
      { path: users, key: 'login', name: 'Users', category: 'Known_User' },
      { path: hosts, key: 'ip', name: 'Hosts' },
    ],
    { logger: silentLogger, counters: metrics },
  );
  const ip = { key: 'ip', text: '192.0.2.1' } as const;
  const url = { key: 'url', text: 'anna' } as const;
  const found = dictionaries.find([ip, url, ip, { key: 'hash', text: 'nobody' }]);
  expect(found.map(({ source, category, value }) => [source, category, value])).toEqual([
    ['Users', 'Known_User', ip],
    ['Hosts', 'Hosts', ip],
    ['Users', 'Known_User', url],
  ]);
  expect(found[1]?.context).toEqual([
    ['ip', '192.0.2.1'],
    ['name', 'printer-1'],
  ]);
  expect(metrics.total('tf_enrichment_answers_total', { source: 'Users' })).toBe(2);
  expect(metrics.total('tf_enrichment_lookups_total')).toBe(3);
});

test('without dictionaries nothing is found', async () => {
  const tools = { logger: silentLogger, counters: createMetrics() };
  const dictionaries = await openDictionaries([], tools);
  expect([dictionaries.size, dictionaries.find([{ key: 'ip', text: 'a' }])]).toEqual([0, []]);
});
