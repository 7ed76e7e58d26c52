import { afterAll, expect, test } from '@jest/globals';

import { importText, saidOf, scratch } from './import-support.js';

const folder = scratch();
afterAll(folder.remove);

/** A file of version 3.1: its feeds name the rules that their fields are compared with. */
const withFields = (rules: string, fields: string): string =>
  `<Settings><InputSettings><RegExps><Source id="default">${rules}</Source></RegExps></InputSettings>
<Feeds><Feed filename="Some_Data_Feed.json">${fields}</Feed></Feeds>
<OutputSettings><AlertFormat>%Alert%</AlertFormat></OutputSettings></Settings>`;

const field = (name: string, rule: string, matching: string): string =>
  `<Field name="${name}" matching_type="${matching}" input_regexp_to_match="${rule}" category="KL_${name}"/>`;

test('a rule without a type is of the kind that fields compare its values as', async () => {
  const { value, items } = await importText(
    folder.path,
    withFields(
      '<RE_URL>url=(\\S+)</RE_URL><Where type="">ip=(\\S+)</Where><RE_HASH>h=(\\S+)</RE_HASH><RE_MD5>m=(\\S+)</RE_MD5><User>u=(\\S+)</User><RE_IP type="CONTEXT">c=(\\S+)</RE_IP>',
      field('mask', 'RE_URL', 'Url') +
        field('ip', 'Where', 'Exact') +
        field('MD5', 'RE_HASH', 'Hash') +
        field('SHA1', 'RE_HASH', 'Hash') +
        field('ip', 'RE_IP', 'Exact'),
    ),
  );
  const [{ rules }] = value['sources'] as unknown as [
    { rules: readonly { name: string; kind: string }[] },
  ];
  expect(rules.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'RE_URL URL',
    'Where IP',
    'RE_HASH HASH',
    'RE_MD5 CONTEXT',
    'User CONTEXT',
    'RE_IP CONTEXT',
  ]);
  expect(saidOf(items, '> RE_URL')).toEqual([
    'taken over | sources[0].rules[0] | it has no type: URL, as the feeds compare it',
  ]);
  expect(saidOf(items, '> RE_MD5')).toEqual([
    'taken over | sources[0].rules[3] | it has no type, which is CONTEXT: kept for messages, never looked up',
  ]);
  expect(saidOf(items, '> User')).toEqual(['taken over | sources[0].rules[4] | ']);
});

test('a field is compared with every value of its kind: rules it does not name are told', async () => {
  const rules =
    '<RE_IP type="IP">ip=(\\S+)</RE_IP><SRC type="IP">src=(\\S+)</SRC><RE_URL type="URL">url=(\\S+)</RE_URL>';
  const one = await importText(folder.path, withFields(rules, field('ip', 'RE_IP', 'Exact')));
  expect(saidOf(one.items, '> Field "ip"')).toEqual([
    'changed |  | values of SRC are compared with it too, not only those of RE_IP',
  ]);
  const both = await importText(
    folder.path,
    withFields(rules, field('ip', 'RE_IP', 'Exact') + field('ip', 'SRC', 'Exact')),
  );
  expect(saidOf(both.items, '> Field "ip"')).toEqual(['taken over |  | ', 'taken over |  | ']);
});

test('a pattern that no rule has is told in every script', async () => {
  const { items } = await importText(
    folder.path,
    `<Settings><InputSettings/><OutputSettings><EventFormat>%Нет% %Category%</EventFormat></OutputSettings></Settings>`,
  );
  expect(saidOf(items, '> EventFormat')).toEqual([
    'changed | dialects.imported.eventFormat | %Нет%: no rule has this name, so it has no value',
  ]);
});
