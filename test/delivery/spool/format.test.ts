import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from '@jest/globals';

import { allWritten, openTest, readAll, temporaryFolder } from './support.js';

const page = readFileSync(
  fileURLToPath(new URL('../../../docs/reference/spool-file.md', import.meta.url)),
  'utf8',
);

/** The bytes of the n-th dump of the page. */
function dump(number: number): Buffer {
  const lines =
    [...page.matchAll(/```text\n([^`]*)```/g)][number]?.[1]?.trimEnd().split('\n') ?? [];
  return Buffer.from(lines.map((line) => line.slice(6, 54).replaceAll(' ', '')).join(''), 'hex');
}

const messages = [
  { id: 'a1', kind: 'detect', event: 'KL_BotnetCnC_URL', body: 'LEEF:1.0|…' },
  { id: 'a2', kind: 'status', event: 'KL_ALERT_ServiceStarted', body: 'LEEF:1.0|x' },
] as const;
const entries = messages.map((message, index) => ({
  seq: index + 1,
  message: { ...message, atMs: Date.UTC(2026, 6, 1, 10, 10, 14 + index) },
}));

test('the worked example of the format is what is written', async () => {
  const folder = temporaryFolder();
  const { spool } = await openTest(folder, { segmentBytes: 2 ** 20 });
  for (const entry of entries) spool.append(entry);
  await allWritten(spool);
  spool.acknowledge(2);
  await spool.close();
  const segment = readFileSync(join(folder, '0000000000000001.spool'));
  expect(segment.toString('hex')).toBe(dump(0).toString('hex'));
  const slot = readFileSync(join(folder, 'checkpoint')).subarray(512, 576);
  expect(slot.toString('hex')).toBe(dump(2).toString('hex'));
});

test('and can be read', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '0000000000000001.spool'), dump(0));
  const slots = Buffer.alloc(1024);
  dump(2).copy(slots, 512);
  const without = await openTest(folder);
  expect(await readAll(without.spool)).toEqual(entries);
  await without.spool.close();
  writeFileSync(join(folder, 'checkpoint'), slots);
  const { spool } = await openTest(folder);
  expect(await readAll(spool)).toEqual(entries.slice(1));
});

test('the worked example of a message with variants is what is written, and can be read', async () => {
  const folder = temporaryFolder();
  const name = '0000000000000003.spool';
  const entry = {
    seq: 3,
    message: {
      id: 'a3',
      kind: 'detect',
      event: 'KL_BotnetCnC_URL',
      atMs: Date.UTC(2026, 6, 1, 10, 10, 16),
      body: 'LEEF:1.0|…',
      variants: { arcsight: 'CEF:0|x', kuma: 'ü' },
    },
  } as const;
  writeFileSync(join(folder, name), dump(1));
  const given = await openTest(folder, { segmentBytes: 2 ** 20 });
  expect(await readAll(given.spool)).toEqual([entry]);
  given.spool.acknowledge(4);
  await given.spool.close();
  const other = temporaryFolder();
  const before = await openTest(other, { segmentBytes: 2 ** 20 });
  for (const one of entries) before.spool.append(one);
  await allWritten(before.spool);
  before.spool.acknowledge(3);
  await before.spool.close();
  // All of that file is done with: the next run begins another one.
  const { spool } = await openTest(other, { segmentBytes: 2 ** 20 });
  spool.append(entry);
  await allWritten(spool);
  await spool.close();
  expect(readFileSync(join(other, name)).toString('hex')).toBe(dump(1).toString('hex'));
});
