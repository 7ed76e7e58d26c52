import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, expect, test } from '@jest/globals';

import { openText, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const path = join(folder.path, 'users.json');
afterAll(() => {
  folder.remove();
});

const anna = '{"login":"anna","groups":["it","vpn"],"unit":{"city":"Bonn"}}';
const bert = '{"login":"b\\"}]rt","id":12345678901234567890}';

test.each([
  ['a list of objects', `[${anna}, ${bert}]\n`],
  ['an object with one list', `{"version":2,"tags":["a"],"users":[${anna},\n${bert}],"more":{}}`],
  ['JSON lines', `${anna}\n${bert}\r\n\n`],
  ['objects without line ends', `  ${anna}${bert}`],
  ['a byte order mark', `\ufeff[${anna},${bert}]`],
])('reads %s', async (_what, content) => {
  const { find, dictionaries } = await openText(path, content, { key: 'login' });
  expect(dictionaries.size).toBe(2);
  expect(find('anna')).toEqual({ login: 'anna', groups: 'it, vpn', 'unit/city': 'Bonn' });
  expect(find('b"}]rt')).toEqual({ login: 'b"}]rt', id: '12345678901234567890' });
});

test('reads one object, as Tracer does, and keys of nested objects', async () => {
  const { find } = await openText(path, anna, { key: 'unit/city' });
  expect(find('Bonn')).toMatchObject({ login: 'anna' });
});

test('a record without the key, or with a list under it, cannot be found and is counted', async () => {
  const content = '[{"ip":["192.0.2.1","192.0.2.2"]},{"name":"x"},{"ip":5}]';
  const { find, metrics } = await openText(path, content, { key: 'ip' });
  expect(find('5')).toEqual({ ip: '5' });
  expect(find('192.0.2.1')).toBeUndefined();
  expect(metrics.total('tf_enrichment_rows_total', { outcome: 'no_key' })).toBe(1);
});

test.each([
  ['an empty file', '', /:1$/, /the file has no end/],
  ['no end', `[${anna},\n${anna}`, /:2$/, /the list has no end/],
  ['an open record', `[${anna},\n{"a":1`, /:2$/, /it has no end/],
  ['a missing comma', `[${anna}\n\n${anna}]`, /:3$/, /a comma is missing/],
  ['text behind the end', `[${anna}]\nx`, /:2$/, /text behind its end/],
  ['other elements', `[${anna},\n7]`, /:2$/, /it is no object/],
  ['other lines', `${anna}\nlogin\n`, /:2$/, /it is no object/],
  ['a bad record', `[${anna},\n{"login":}]`, /:2$/, /no JSON: /],
  ['no list and no key', '{"a":1}', /:1$/, /no field "login", and 0 lists/],
  ['two lists', `{"a":[${anna}],"b":[${anna}]}`, /:1$/, /and 2 lists of objects, not one/],
  ['too many levels', `[{"a":${'['.repeat(70)}${']'.repeat(70)}}]`, /:1$/, /nested deeper than 64/],
  ['a huge record', `[{"a":"${'x'.repeat(1_100_000)}"}]`, /:1$/, /longer than 1048576/],
  ['no UTF-8', Buffer.from(`[${anna},\n{"login":"\xe4"}]`, 'latin1'), /:2$/, /UTF-8/],
])('refuses %s', async (_what, content, where, message) => {
  await expect(openText(path, content, { key: 'login' })).rejects.toMatchObject({
    code: 'TF_CONFIG',
    where: expect.stringMatching(where) as unknown,
    message: expect.stringMatching(message) as unknown,
  });
});

test('a folder and a missing file are refused', async () => {
  const { openDictionaries } = await import('../../../forwarder/enrichment/index.js');
  const { createMetrics, silentLogger } = await import('../../../forwarder/telemetry/index.js');
  const tools = { logger: silentLogger, counters: createMetrics() };
  const open = (name: string): Promise<unknown> =>
    openDictionaries([{ path: join(folder.path, name), key: 'k', name }], tools);
  mkdirSync(join(folder.path, 'folder'));
  await expect(open('folder')).rejects.toMatchObject({ message: /no regular file/ });
  await expect(open('none.csv')).rejects.toMatchObject({
    code: 'TF_CONFIG',
    where: join(folder.path, 'none.csv'),
    message: expect.stringMatching(/ENOENT/) as unknown,
  });
});
