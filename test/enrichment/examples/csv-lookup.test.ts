import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, expect, test } from '@jest/globals';

import { asks, createBench } from '../enrichers/support.js';
import { temporaryFolder } from '../dictionaries/support.js';
import { event, examplePath } from './support.js';

const folder = temporaryFolder();
const bench = createBench();
afterAll(async () => {
  await bench.close();
  folder.remove();
});

const file = join(folder.path, 'users.csv');
const module = examplePath('csv-lookup');

test('in the service: by what a rule found, and by the values of the request', async () => {
  writeFileSync(
    file,
    '\ufefflogin,name,note\r\nanna,"Berg, Anna","two\nlines, ""quoted"""\r\nbert,Bert,',
  );
  const enrichers = await bench.start([
    { module, name: 'ByUser', options: { file, key: 'login', by: 'RE_USERNAME' } },
    { module, name: 'ByName', category: 'Names', options: { file, key: 'name' } },
  ]);
  const byUser = await enrichers.enrich(event({ values: { RE_USERNAME: 'anna' } }));
  expect(byUser).toEqual([
    {
      source: 'ByUser',
      category: 'ByUser',
      value: { key: 'url', text: 'anna' },
      context: [
        ['login', 'anna'],
        ['name', 'Berg, Anna'],
        ['note', 'two\nlines, "quoted"'],
      ],
    },
  ]);
  expect(await enrichers.enrich(asks('Bert'))).toMatchObject([
    {
      category: 'Names',
      value: { key: 'url', text: 'Bert' },
      context: [
        ['login', 'bert'],
        ['name', 'Bert'],
      ],
    },
  ]);
  expect(await enrichers.enrich(asks('nobody'))).toEqual([]);
});

test.each([
  ['no options', {}, 'a,b\n', /options must name file and key/],
  ['no such column', { file, key: 'x' }, 'a,b\n', /has no column x, but a, b/],
  ['an open quote', { file, key: 'a' }, 'a,b\n"1,2\n', /a quote is not closed in row 2/],
  ['text behind a quote', { file, key: 'a' }, 'a,b\n"1"2,3\n', /row 2 has text behind a quote/],
])('%s is refused at the start', async (_what, options, content, why) => {
  writeFileSync(file, content);
  const { default: create } = (await import(module)) as {
    readonly default: (options: unknown) => Promise<unknown>;
  };
  await expect(create(options)).rejects.toThrow(why);
});
