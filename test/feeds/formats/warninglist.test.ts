import { describe, expect, test } from '@jest/globals';
import type { FeedProblem, FeedRecord } from '../../../forwarder/core/index.js';
import { warninglist } from '../../../forwarder/feeds/formats/warninglist.js';
import { feedFormats, type Passed } from '../../../forwarder/feeds/index.js';

interface Outcome {
  readonly records: FeedRecord[];
  readonly problems: FeedProblem[];
  readonly passed: Passed[];
}

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) {
    yield await Promise.resolve(bytes.subarray(at, at + size));
  }
}

async function read(content: unknown, size = 65_536): Promise<Outcome> {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const outcome: Outcome = { records: [], problems: [], passed: [] };
  const onPassed = (what: Passed): void => void outcome.passed.push(what);
  for await (const result of warninglist.read(pieces(text, size), { onPassed })) {
    if (result.ok) outcome.records.push(result.value);
    else outcome.problems.push(result.problem);
  }
  return outcome;
}

function found({ records }: Outcome): string[] {
  return records.flatMap(({ indicators }) =>
    indicators.map(({ kind, value }) => `${kind} ${value}`),
  );
}

const md5 = 'd41d8cd98f00b204e9800998ecf8427e';

describe('what an entry covers, by the type of the list', () => {
  test.each([
    ['cidr', '192.0.2.0/24', 'cidr 192.0.2.0/24'],
    ['cidr', '192.0.2.1', 'ip 192.0.2.1'],
    ['cidr', '2001:DB8::/32', 'cidr 2001:db8::/32'],
    ['hostname', 'A.example', 'domain a.example'],
    ['hostname', '.a.example', 'domain a.example'],
    ['hostname', '192.0.2.1', 'ip 192.0.2.1'],
    ['string', 'a.example', 'url a.example'],
    ['string', 'http://www.a.example/x', 'url a.example/x'],
    ['string', '192.0.2.1', 'ip 192.0.2.1'],
    ['string', md5.toUpperCase(), `md5 ${md5}`],
    ['substring', 'a.example/search?q=', 'url *a.example/search?q=*'],
    ['substring', 'https://a.example/x', 'url a.example/x*'],
  ])('%s %s → %s', async (type, entry, expected) => {
    const outcome = await read({ name: 'x', type, list: [entry] });
    expect(outcome.problems).toEqual([]);
    expect(found(outcome)).toEqual([expected]);
  });

  test.each([
    ['cidr', 'a.example', 'bad-indicator', 'is no IP address and no range of addresses'],
    ['cidr', '0.0.0.0/0', 'over-broad', 'would cover every address'],
    ['hostname', 'localhost', 'bad-indicator', 'is a single word, no domain name'],
    ['string', 'readme', 'bad-indicator', 'is a single word, no domain name'],
    ['substring', 'www', 'over-broad', 'would cover too many URLs'],
    ['substring', 'https://', 'over-broad', 'would cover too many URLs'],
    ['substring', 'a.example/*', 'unsupported', 'holds a * that is meant literally'],
    ['regex', '/^a\\.example$/i', 'unsupported', 'is a regular expression, which is not evaluated'],
  ])('%s %s is left out', async (type, entry, fault, reason) => {
    const { records, problems } = await read({ type, list: [entry], name: 'x' });
    expect(records).toEqual([]);
    expect(problems).toEqual([
      {
        record: 1,
        fault,
        reason: `left out: ${JSON.stringify(entry)} ${reason}`,
        row: JSON.stringify(entry),
      },
    ]);
  });

  test('without a type it is a list of strings; its name goes with each record', async () => {
    const { records } = await read({ name: 'Sites', list: ['a.example'] });
    expect(records).toEqual([
      {
        indicators: [{ kind: 'url', value: 'a.example' }],
        context: [['warninglist', 'Sites']],
        number: 1,
      },
    ]);
  });

  test('a list for other values than events are searched for is passed over', async () => {
    const list = ['svchost.exe', 'a@b.example'];
    const attributes = ['filename', 'email-src'];
    const outcome = await read({
      name: 'x',
      type: 'string',
      matching_attributes: attributes,
      list,
    });
    expect(outcome).toEqual({ records: [], problems: [], passed: ['other', 'other'] });
    const both = await read({
      list: ['a.example'],
      matching_attributes: ['filename', 'domain|ip'],
    });
    expect(both.records).toHaveLength(1);
  });
});

describe('the file', () => {
  const list = Array.from({ length: 20_000 }, (_, index) => `w${index}-é😀.example`);

  test.each([
    ['before', { list, type: 'hostname', name: 'x', matching_attributes: ['domain'] }],
    ['behind', { type: 'hostname', matching_attributes: ['domain'], list, name: 'x' }],
  ])(
    'the list may stand %s its type, whatever its length and the pieces',
    async (_where, content) => {
      const small = await read(JSON.stringify(content), 101);
      expect(small.records).toHaveLength(20_000);
      expect(small.problems).toEqual([]);
      expect(found(await read(content))).toEqual(found(small));
    },
  );

  test.each([
    [{ description: 'x', list: ['a.example'], name: 'x', type: 'string' }, 'warninglist'],
    [{ list: ['a.example'], version: 7 }, 'warninglist'],
    [{ name: 'x', type: 'cidr', matching_attributes: [], list: [] }, 'warninglist'],
    [{ list: ['a.example'] }, 'json'],
    [{ name: 'x', list: [{ ip: '192.0.2.1' }] }, 'json'],
    [['a.example'], 'json'],
  ])('%j is recognised as %s', (content, format) => {
    const start = Buffer.from(JSON.stringify(content));
    expect(feedFormats.find((known) => known.recognises(start))?.name).toBe(format);
  });

  test('several in one file are read one after the other, each by its own type', async () => {
    const one = { name: 'one', list: ['a.example'], type: 'hostname' };
    const two = { name: 'two', list: ['b.example'] };
    const outcome = await read(`${JSON.stringify(one)}\n${JSON.stringify(two)}`);
    expect(found(outcome)).toEqual(['domain a.example', 'url b.example']);
    expect(outcome.records.map(({ context }) => context[0]?.[1])).toEqual(['one', 'two']);
  });

  test('an entry that is no text, or too long, is one problem', async () => {
    const entries = ['a.example', null, { x: 1 }, 'x'.repeat(70_000), 'b.example'];
    const outcome = await read({ name: 'x', type: 'hostname', list: entries });
    expect(found(outcome)).toEqual(['domain a.example', 'domain b.example']);
    expect(outcome.problems.map(({ record, fault }) => [record, fault])).toEqual([
      [2, 'syntax'],
      [3, 'syntax'],
      [4, 'limit'],
    ]);
  });

  test.each([
    [
      { name: 'x', type: 'glob', list: ['a.example'] },
      'The warninglist is of no known type: "glob".',
    ],
    [{ name: 'x', type: 'cidr' }, 'The feed is no warninglist: it has no "list".'],
    [{ name: 'x', list: 'a.example' }, 'The feed is no warninglist: it has no "list".'],
  ])('%j fails as a whole', async (content, message) => {
    await expect(read(content)).rejects.toMatchObject({ code: 'TF_FEED', message });
  });
});
