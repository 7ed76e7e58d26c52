import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { runCli } from '../support/service-process.js';

let directory: string;
const hourMs = 3_600_000;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tf-list-'));
  const files = {
    'Partner.json': JSON.stringify([
      { id: 1, mask: 'bad.example', MD5: 'a'.repeat(32), threat: 'C2 \u001b[31m' },
      { id: 2, ip: '198.51.100.7' },
      { id: 3 },
      { id: 4, domain: 'com' },
    ]),
    'plain.txt': '# ours\n\nhxxp://bad[.]example/x\nnot an indicator\nb.example\n',
    'never.txt': 'b.example\n',
    'searched.txt': 'only.example\n',
    'forwarder.yaml': [
      'feeds:',
      '  - Partner.json',
      '  - { path: plain.txt, confidence: 30 }',
      '  - { path: searched.txt, usedInMatching: false }',
      '  - { url: "https://user.example/S3CR3T-in-path-0123456789abcdefghij/list.txt?key=S3CR3T", name: Remote, every: 2h }',
      'allowLists: [never.txt]',
      '',
    ].join('\n'),
  };
  const at = new Date(Date.now() - 5 * hourMs - 1000);
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(directory, name), text);
    await utimes(join(directory, name), at, at);
  }
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

const cli = (...args: readonly string[]) => runCli(['feeds', ...args], { cwd: directory });

describe('feeds list', () => {
  test('a row for each feed, and why rows of it are not used', async () => {
    const { exitCode, stdout, stderr } = await cli('list');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(`\
feed      format          state    records  url  domain  ip  md5  left out  age  confidence  next update
Partner   kaspersky-json  loaded   2        1    0       1   1    2         5 h  50          watched
plain     list            loaded   2        1    1       0   0    1         5 h  30          watched
searched  list            loaded   1        0    1       0   0    0         5 h  50          watched
never     list            loaded   1        0    1       0   0    0         5 h  50          watched
Remote    -               awaited  0        0    0       0   0    0         -    -           now

Partner: 3 read, 2 used, 2 left out; passed over: nothing
  left out      count  first records or lines  example
  no-indicator  1      3                       left out: no indicator in it
  over-broad    1      4                       left out: "com" is a public suffix: it would cover all domains below it

plain: 2 read, 2 used, 1 left out; passed over: 1 comment, 1 blank line
  left out       count  first records or lines  example
  bad-indicator  1      4                       left out: "not an indicator" is more than one word

Remote: 0 read, 0 used, 0 left out; passed over: nothing
  It was not fetched yet.
  what to do: The service fetches it by itself; \`threat-forwarder feeds update\` does so at once.
`);
  });

  test('one feed, with its file and, once the service has read it, the rows left out', async () => {
    await cli('compile');
    const { stdout } = await cli('list', 'partner');
    expect(stdout).toMatch(/^ {2}file +.*Partner\.json$/m);
    expect(stdout).toMatch(
      /^ {2}rows that were left out are kept in .*quarantine\/Partner\.ndjson$/m,
    );
    expect(stdout).not.toContain('searched');
  });

  test('--json has every figure', async () => {
    const { stdout } = await cli('list', '--json');
    const { from, pinned, feeds } = JSON.parse(stdout) as Record<string, unknown>;
    expect(from).toBe('kept');
    expect(pinned).toBeNull();
    expect(feeds).toMatchObject([
      {
        name: 'Partner',
        state: 'loaded',
        read: 3,
        records: 2,
        indicators: { url: 1, ip: 1, md5: 1 },
        leftOutCount: 2,
        leftOut: [{ why: 'no-indicator', count: 1, first: [3] }, { why: 'over-broad' }],
        update: { kind: 'watched' },
        failure: null,
      },
      { name: 'plain', passed: { comment: 1, blank: 1 } },
      { name: 'searched' },
      { name: 'never', role: 'suppress' },
      { name: 'Remote', state: 'awaited', update: { kind: 'at' }, modifiedAtMs: null },
    ]);
  });

  test('secrets of an address are never shown', async () => {
    for (const args of [['list'], ['list', 'Remote'], ['list', '--json']]) {
      expect((await cli(...args)).stdout).not.toContain('S3CR3T');
    }
  });

  test('a feed that cannot be read does not hide the others', async () => {
    await writeFile(join(directory, 'broken.json'), '[{"id":1,"mask":"a.example"},');
    const { exitCode, stdout } = await cli(
      ...['list', '--set', 'feeds=["broken.json","gone.json","plain.txt"]'],
      ...['--set', 'index.directory=var/other'],
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^plain +list +loaded +2 /m);
    expect(stdout).toMatch(/^broken +- +skipped +0 /m);
    expect(stdout).toMatch(/^gone +- +skipped +0 /m);
    expect(stdout).toContain('There is no file "gone.json".');
  });

  test('a name that no feed has is exit code 2, with those there are', async () => {
    const { exitCode, stderr } = await cli('list', 'Nobody');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('there are: Partner, plain, searched, never, Remote');
  });

  test('without feeds it says how to add one', async () => {
    const { exitCode, stdout } = await cli('list', '--set', 'feeds=[]', '--set', 'allowLists=[]');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('feeds add');
  });
});

describe('feeds check', () => {
  test('what would load of a file, as it is understood', async () => {
    const { exitCode, stdout } = await cli('check', 'Partner.json');
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`\
Partner     ${join(directory, 'Partner.json')}
format      kaspersky-json
role        detect
confidence  50
size        159 B
records     3 read, 2 used, 2 left out; passed over: nothing
indicators  url 1, ip 1, md5 1

  left out      count  first records or lines  example
  no-indicator  1      3                       left out: no indicator in it
  over-broad    1      4                       left out: "com" is a public suffix: it would cover all domains below it

  first 2  looks for                                              known about it
  1        url bad.example, md5 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  id=1 mask=bad.example MD5=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa threat=C2 \\u001b[31m
  2        ip 198.51.100.7                                        id=2 ip=198.51.100.7
`);
  });

  test('options say how it is read', async () => {
    await writeFile(join(directory, 'own.txt'), 'when;dst\n1;198.51.100.9\n2;nothing\n');
    const { exitCode, stdout } = await cli(
      ...['check', 'own.txt', '--format', 'csv', '--delimiter', ';', '--field', 'dst=ip'],
      ...['--limit', '1', '--json'],
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      feeds: [
        {
          name: 'own',
          format: 'csv',
          records: 1,
          indicators: { ip: 1 },
          first: [{ indicators: [{ kind: 'ip', value: '198.51.100.9' }] }],
          error: null,
        },
      ],
    });
  });

  test('a file of no use is exit code 1, and says why; the others are shown', async () => {
    await writeFile(join(directory, 'cut.json'), '[{"id":1,"mask":"a.example"},');
    await writeFile(join(directory, 'zeros.bin'), Buffer.alloc(64));
    const { exitCode, stdout } = await cli('check', 'cut.json', 'zeros.bin', 'plain.txt');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('would not load: ');
    expect(stdout).toMatch(/^plain +.*plain\.txt$/m);
    const json = await cli('check', '--json', 'cut.json');
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ feeds: [{ error: { code: 'TF_FEED' } }] });
  });

  test('usage: no such file, no such format, a bad field, a bad limit', async () => {
    for (const args of [
      ['gone.txt'],
      ['plain.txt', '--format', 'nonsense'],
      ['plain.txt', '--fields', 'dst'],
      ['plain.txt', '--limit', '-1'],
      [],
    ]) {
      expect((await cli('check', ...args)).exitCode).toBe(2);
    }
  });
});

describe('feeds search', () => {
  test('every record that matches, why, and what would become of it', async () => {
    const { exitCode, stdout } = await cli('search', 'hxxp://bad[.]example/x', 'b.example');
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`\
hxxp://bad[.]example/x (url bad.example/x): 2 records

  1           Partner
  result      detected
  indicator   url bad.example
  why         every URL of the host bad.example
  category    KL_Partner_URL
  confidence  50
    id        1
    mask      bad.example
    MD5       ${'a'.repeat(32)}
    threat    C2 \\u001b[31m

  2           plain
  result      detected
  indicator   url bad.example/x
  why         the same URL
  category    KL_plain_URL
  confidence  30

b.example (domain b.example): 2 records

  1           plain
  result      not detected: covered by never (domain b.example)
  indicator   domain b.example
  why         the same name
  category    KL_plain_URL
  confidence  30

  2           never
  result      an allow-list: what it covers is not detected
  indicator   domain b.example
  why         the same name
  category    KL_never_URL
  confidence  50
`);
  });

  test('a feed that is only searched is found too; --json', async () => {
    const { exitCode, stdout } = await cli('search', '--json', 'www.only.example');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      indicators: [
        {
          given: 'www.only.example',
          readAs: [{ form: 'itself', kind: 'domain' }, { form: 'as-url' }],
          found: [
            {
              feed: 'searched',
              indicator: { kind: 'domain', value: 'only.example' },
              why: 'the domain only.example is above it',
              verdict: { kind: 'searched' },
            },
          ],
        },
      ],
    });
  });

  test('what is in no feed is exit code 1, what is no indicator 2', async () => {
    const { exitCode, stdout } = await cli('search', 'good.example');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('in no feed');
    expect((await cli('search', 'no indicator')).exitCode).toBe(2);
    expect((await cli('search')).exitCode).toBe(2);
  });

  test('with a feed that cannot be read, the kept index is searched', async () => {
    await cli('compile');
    await writeFile(join(directory, 'searched.txt'), 'one two\n');
    const { exitCode, stdout, stderr } = await cli('search', '198.51.100.7');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('1 record');
    expect(stderr).toContain('(TF_FEED)');
    expect(stderr).toContain('the index the service keeps is searched instead');
  });
});
