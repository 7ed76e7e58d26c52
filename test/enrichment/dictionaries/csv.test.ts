import { join } from 'node:path';

import { afterAll, expect, test } from '@jest/globals';

import { openText, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const path = join(folder.path, 'users.csv');
afterAll(() => {
  folder.remove();
});

const anna = { login: 'anna', name: 'Anna Berg', unit: 'Sales' };

test.each([
  ['commas', 'login,name,unit\nanna,Anna Berg,Sales\n'],
  ['semicolons, no end of the last line', 'login;name;unit\nanna;Anna Berg;Sales'],
  ['tabs, lines of Windows', 'login\tname\tunit\r\nanna\tAnna Berg\tSales\r\n'],
  ['bars, blanks around cells', 'login | name | unit\n anna |  Anna Berg|Sales \n'],
  ['quotes', '"login","name","unit"\n"anna","Anna Berg","Sales"\n'],
  ['a byte order mark', '\ufefflogin,name,unit\nanna,Anna Berg,Sales\n'],
  ['blank lines', '\n\nlogin,name,unit\n\nanna,Anna Berg,Sales\n  \n\n'],
  ['a delimiter at the end of rows', 'login,name,unit\nanna,Anna Berg,Sales,,\n'],
])('reads %s', async (_what, content) => {
  const { find, dictionaries } = await openText(path, content, { key: 'login' });
  expect(find('anna')).toEqual(anna);
  expect(dictionaries.size).toBe(1);
});

test('the key is any column, and compared as it is', async () => {
  const content = 'id,value\n1,Évil.EXAMPLE/*\n';
  const { find } = await openText(path, content, { key: 'value' });
  expect(find('Évil.EXAMPLE/*')).toEqual({ id: '1', value: 'Évil.EXAMPLE/*' });
  for (const other of ['évil.example/*', 'Évil.EXAMPLE/', 'Évil.EXAMPLE/**', '1', '']) {
    expect(find(other)).toBeUndefined();
  }
});

test('quoted cells hold delimiters, quotes, line ends and blanks', async () => {
  const content = 'k,v,w\n"a,""b""",  " two\nlines " ,"x""y""z"\nnext,5" disk,1\n';
  const { find } = await openText(path, content, { key: 'k' });
  expect(find('a,"b"')).toEqual({ k: 'a,"b"', v: ' two\nlines ', w: 'x"y"z' });
  expect(find('next')).toEqual({ k: 'next', v: '5" disk', w: '1' });
});

test('empty cells are left out, columns without or of the same name get one', async () => {
  const { find } = await openText(path, 'k,,k,v\na,b,c,\n', { key: 'k' });
  expect(find('a')).toEqual({ k: 'a', column_2: 'b', k_2: 'c' });
});

test('of rows with the same key the last one is found; all are counted', async () => {
  const content = 'k;v\na;1\nb;2\na;3\n;4\n';
  const { find, dictionaries, metrics } = await openText(path, content, { key: 'k' });
  expect(find('a')).toEqual({ k: 'a', v: '3' });
  expect(dictionaries.size).toBe(2);
  const rows = (outcome: string): number => metrics.total('tf_enrichment_rows_total', { outcome });
  expect([rows('taken'), rows('duplicate'), rows('no_key')]).toEqual([2, 1, 1]);
});

test('the delimiter that makes a column of the key wins, and the set one over it', async () => {
  const content = 'a,b,c;key\n1,2,3;x\n';
  expect((await openText(path, content, { key: 'key' })).find('x')).toEqual({
    'a,b,c': '1,2,3',
    key: 'x',
  });
  const set = await openText(path, content, { key: 'c;key', delimiter: ',' });
  expect(set.find('3;x')).toEqual({ a: '1', b: '2', 'c;key': '3;x' });
});

test.each([
  [
    'no such column',
    'login;name\n',
    'Login',
    /users\.csv:1$/,
    /no column "Login"/,
    /"login", "name"/,
  ],
  ['an empty file', '', 'k', /users\.csv$/, /is empty/, /name the columns/],
  ['a short row', 'k,v\na,1\nb\n', 'k', /:3$/, /it has 1 columns, the heading has 2/, /delimiter/],
  ['a long row', 'k,v\n"a\nb",1\nb,2,3\n', 'k', /:4$/, /it has 3 columns/, /Correct the row/],
  ['an open quote', 'k,v\na,"1\nb,2\n', 'k', /:2$/, /a quote is not closed/, /twice/],
  ['text behind a quote', 'k,v\n"a"b,2\n', 'k', /:2$/, /behind a closing quote/, /twice/],
  ['no UTF-8', Buffer.from('k,v\na,1\nb,\xe4\n', 'latin1'), 'k', /:3$/, /UTF-8/, /save it/],
  ['NUL bytes', 'k,v\na,\0\n', 'k', /:2$/, /UTF-8/, /Unpack/],
  ['UTF-16', Buffer.from('\ufeffk,v\n', 'utf16le'), 'k', /:1$/, /UTF-16/, /Save it/],
])('refuses %s', async (_what, content, key, where, message, hint) => {
  await expect(openText(path, content, { key })).rejects.toMatchObject({
    code: 'TF_CONFIG',
    where: expect.stringMatching(where) as unknown,
    message: expect.stringMatching(message) as unknown,
    hint: expect.stringMatching(hint) as unknown,
  });
});

test('rows go on from one piece of the file to the next, and lines are counted all the way', async () => {
  const long = `"${'x\n'.repeat(300_000)}"`;
  const rows = Array.from({ length: 9 }, (_, number) => `k${number},${long}\n`).join('');
  const { find, dictionaries } = await openText(path, `k,v\n${rows}`, { key: 'k' });
  expect(dictionaries.size).toBe(9);
  expect(find('k8')?.['v']).toHaveLength(600_000);
  await expect(openText(path, `k,v\n${rows}bad\n`, { key: 'k' })).rejects.toMatchObject({
    where: `${path}:${2 + 9 * 300_001}`,
  });
});

test('a row of more than a megabyte is refused', async () => {
  const content = `k,v\na,${'x'.repeat(1_100_000)}\n`;
  await expect(openText(path, content, { key: 'k' })).rejects.toThrow(/longer than 1048576 bytes/);
});
