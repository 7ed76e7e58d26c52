import { describe, expect, test } from '@jest/globals';
import type { FeedProblem, FeedRecord } from '../../../forwarder/core/index.js';
import { feedFormats, type Passed, type ReaderOptions } from '../../../forwarder/feeds/index.js';
import { isMispHashes, isMispManifest } from '../../../forwarder/feeds/formats/misp/manifest.js';
import { misp } from '../../../forwarder/feeds/formats/misp.js';

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

async function read(content: unknown, options: ReaderOptions = {}): Promise<Outcome> {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const outcome: Outcome = { records: [], problems: [], passed: [] };
  const onPassed = (what: Passed): void => void outcome.passed.push(what);
  for await (const result of misp.read(pieces(text, 65_536), { onPassed, ...options })) {
    if (result.ok) outcome.records.push(result.value);
    else outcome.problems.push(result.problem);
  }
  return outcome;
}

function formatOf(content: unknown): string | undefined {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const start = Buffer.from(text).subarray(0, 4096);
  return feedFormats.find((format) => format.recognises(start))?.name;
}

const attribute = (type: string, value: string, more: object = {}): object => ({
  id: '1',
  type,
  category: 'Network activity',
  to_ids: true,
  value,
  ...more,
});
const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
const sha1 = 'b'.repeat(40);
const sha256 = 'c'.repeat(64);

describe('types of attributes', () => {
  test.each([
    ['ip-src', '192.0.2.1', ['ip 192.0.2.1']],
    ['ip-dst', '192.0.2.0/24', ['cidr 192.0.2.0/24']],
    ['ip-dst', '2001:DB8::1', ['ip 2001:db8::1']],
    ['ip-src|port', '192.0.2.1|80', ['ip 192.0.2.1']],
    ['ip-dst|port', '2001:db8::1|443', ['ip 2001:db8::1']],
    ['domain', 'A.example', ['domain a.example']],
    ['hostname', 'www.a[.]example', ['domain www.a.example']],
    ['hostname|port', 'a.example|8080', ['domain a.example']],
    ['domain|ip', 'a.example|192.0.2.1', ['domain a.example', 'ip 192.0.2.1']],
    ['url', 'hxxp://a.example/x?y=a|b', ['url a.example/x?y=a|b']],
    ['uri', 'https://a.example/x', ['url a.example/x']],
    ['md5', md5.toUpperCase(), [`md5 ${md5}`]],
    ['sha1', sha1, [`sha1 ${sha1}`]],
    ['sha256', sha256, [`sha256 ${sha256}`]],
    ['filename|md5', `a|b.exe|${md5}`, [`md5 ${md5}`]],
    ['filename|sha1', `x|${sha1}`, [`sha1 ${sha1}`]],
    ['filename|sha256', `x|${sha256}`, [`sha256 ${sha256}`]],
    ['malware-sample', `x.exe|${md5}`, [`md5 ${md5}`]],
  ])('%s %s', async (type, value, expected) => {
    const { records, problems } = await read({ Event: { Attribute: [attribute(type, value)] } });
    expect(problems).toEqual([]);
    expect(records).toHaveLength(1);
    expect(records[0]?.indicators.map((found) => `${found.kind} ${found.value}`)).toEqual(expected);
  });

  test.each([
    'link',
    'email-src',
    'ja3-fingerprint-md5',
    'x509-fingerprint-sha1',
    'text',
    '__proto__',
  ])('%s is passed over', async (type) => {
    const outcome = await read({ Event: { Attribute: [attribute(type, md5)] } });
    expect(outcome).toEqual({ records: [], problems: [], passed: ['other'] });
  });

  test.each([
    [{ to_ids: false }],
    [{ to_ids: '0' }],
    [{ to_ids: 0 }],
    [{ deleted: true }],
    [{ deleted: '1' }],
  ])('with %j is passed over', async (more) => {
    const outcome = await read({ Event: { Attribute: [attribute('md5', md5, more)] } });
    expect(outcome).toEqual({ records: [], problems: [], passed: ['other'] });
  });

  test('without to_ids counts, as does "1"', async () => {
    const attributes = [{ type: 'md5', value: md5 }, attribute('md5', md5, { to_ids: '1' })];
    expect((await read({ Event: { Attribute: attributes } })).records).toHaveLength(2);
  });

  test.each([
    [
      attribute('ip-dst', 'nowhere'),
      'left out: ip-dst "nowhere" is no IP address and no range of addresses',
    ],
    [attribute('filename|md5', 'x.exe'), 'left out: filename|md5 "x.exe" has no second part'],
    [
      attribute('uri', '/index.php'),
      'left out: uri "/index.php" begins with a slash: there is no host',
    ],
  ])('a bad value is named: %j', async (bad, reason) => {
    const { records, problems } = await read({
      Event: { Attribute: [attribute('md5', md5), bad, attribute('sha1', sha1)] },
    });
    expect(records).toHaveLength(2);
    expect(problems).toEqual([
      { record: 2, fault: 'bad-indicator', reason, row: JSON.stringify(bad) },
    ]);
  });

  test('of two parts one can be used', async () => {
    const bad = attribute('domain|ip', 'a.example|x');
    const { records, problems } = await read({ Event: { Attribute: [bad] } });
    expect(records[0]?.indicators).toEqual([{ kind: 'domain', value: 'a.example' }]);
    expect(problems[0]?.reason).toBe(
      'its other indicators are used: domain|ip "x" is no IP address and no range of addresses',
    );
  });

  test('fields of the configuration go before the types', async () => {
    const { records } = await read(
      { Event: { Attribute: [attribute('text', 'see a.example', { comment: 'b.example' })] } },
      { fields: [{ path: 'comment', kind: 'domain' }] },
    );
    expect(records[0]?.indicators).toEqual([{ kind: 'domain', value: 'b.example' }]);
  });
});

const event = {
  id: '7',
  uuid: '5f0c6f7c-0000-4000-8000-000000000001',
  info: 'Spring campaign',
  date: '2026-03-01',
  threat_level_id: '2',
  Orgc: { id: '1', name: 'CERT', uuid: 'x' },
  Tag: [{ name: 'tlp:white' }, { name: 'apt' }],
};

describe('what goes with an attribute', () => {
  const rich = attribute('domain', 'a.example', {
    uuid: 'u-1',
    comment: 'seen once',
    timestamp: '1700000000',
    first_seen: '2026-01-01T00:00:00Z',
    last_seen: null,
    Tag: [{ name: 'apt' }, { name: 'c2' }],
    data: 'QUFB',
  });
  const expected = [
    ['value', 'a.example'],
    ['type', 'domain'],
    ['category', 'Network activity'],
    ['comment', 'seen once'],
    ['tags', 'tlp:white, apt, c2'],
    ['event_info', 'Spring campaign'],
    ['event_id', '7'],
    ['event_uuid', '5f0c6f7c-0000-4000-8000-000000000001'],
    ['org', 'CERT'],
    ['threat_level_id', '2'],
    ['first_seen', '2026-01-01T00:00:00Z'],
    ['timestamp', '1700000000'],
    ['uuid', 'u-1'],
  ];

  test.each([
    ['before', { ...event, Attribute: [rich] }],
    ['behind', { Attribute: [rich], ...event }],
  ])('the event, whose fields stand %s the attributes', async (_where, content) => {
    const { records } = await read({ Event: content });
    expect(records[0]?.context).toEqual(expected);
    expect(records[0]?.fields).toMatchObject({ type: 'domain', Event: event });
    expect(records[0]?.fields).not.toHaveProperty('data');
  });

  test('in a search: the event inside the attribute', async () => {
    const inner = { ...rich, event_id: '7', Event: { id: '7', info: 'Inner', uuid: 'e' } };
    const { records } = await read({ response: { Attribute: [inner] } });
    const context = Object.fromEntries(records[0]?.context ?? []);
    expect(context).toMatchObject({ event_info: 'Inner', event_id: '7', tags: 'apt, c2' });
  });

  test('objects: their attributes are records too, with the name of the object', async () => {
    const { records, problems, passed } = await read({
      Event: {
        info: 'x',
        Object: [
          { name: 'file', Attribute: [attribute('md5', md5), attribute('size-in-bytes', '7'), 5] },
          { name: 'url', deleted: true, Attribute: [attribute('url', 'http://a.example/')] },
          { name: 'empty' },
        ],
        Attribute: [],
      },
    });
    expect(records.map(({ context }) => Object.fromEntries(context)['object'])).toEqual(['file']);
    expect(passed).toEqual(['other', 'other']);
    expect(problems.map(({ record, reason }) => [record, reason])).toEqual([
      [3, 'left out: not a JSON object'],
      [5, 'left out: an object without a list of attributes'],
    ]);
  });

  test('of an event with very many attributes the first do not wait for its end', async () => {
    const comment = 'x'.repeat(1_000_000);
    const attributes = Array.from({ length: 20 }, () => attribute('md5', md5, { comment }));
    const { records } = await read({
      Event: { info: 'early', Attribute: attributes, Orgc: event.Orgc },
    });
    const orgs = records.map(({ context }) => Object.fromEntries(context)['org']);
    expect(records).toHaveLength(20);
    expect(
      new Set(records.map(({ context }) => Object.fromEntries(context)['event_info'])),
    ).toEqual(new Set(['early']));
    expect([orgs[0], orgs.at(-1)]).toEqual([undefined, 'CERT']);
  });
});

describe('the shapes of files', () => {
  const one = attribute('domain', 'a.example');
  const two = attribute('md5', md5);
  const inEvent = { Event: { ...event, Attribute: [one] } };
  test.each([
    ['an event', inEvent, 1],
    ['a list of events', [inEvent, { Event: { Attribute: [two, one] } }], 3],
    ['events in response', { response: [inEvent, inEvent] }, 2],
    ['one event in response', { response: { Event: { Attribute: [two] } } }, 1],
    ['events one a line', `${JSON.stringify(inEvent)}\n${JSON.stringify(inEvent)}\n`, 2],
    ['events one after the other', JSON.stringify(inEvent, null, 1).repeat(2), 2],
    ['a search', { response: { Attribute: [one, two] } }, 2],
    ['attributes alone', { Attribute: [one, two] }, 2],
    ['a list of attributes', [one, two], 2],
    ['attributes one a line', `${JSON.stringify(one)}\n\n${JSON.stringify(two)}\n`, 2],
    ['pretty', JSON.stringify({ response: [inEvent] }, null, 2), 1],
  ])('%s', async (_name, content, count) => {
    expect(formatOf(content)).toBe('misp');
    const { records, problems } = await read(content);
    expect([records.length, problems]).toEqual([count, []]);
  });

  test.each([
    ['[{"mask": "a.example", "type": 1}]', 'kaspersky-json'],
    ['[{"type": "url", "value": "http://a.example/"}]', 'json'],
    ['{"data": [{"type": "url", "value": "http://a.example/"}]}', 'json'],
    ['{"response": [{"ip": "192.0.2.1"}]}', 'json'],
    ['{"Events": [{"ip": "192.0.2.1"}]}', 'json'],
    ['192.0.2.1\n', 'list'],
  ])('not taken for its own: %s', (text, format) => {
    expect(misp.recognises(Buffer.from(text))).toBe(false);
    expect(formatOf(text)).toBe(format);
  });

  test('a bad line is a problem with its number, and the rest goes on', async () => {
    const lines = [JSON.stringify(one), '{"type": "md5", "val', JSON.stringify(two), '"x"'];
    const { records, problems } = await read(lines.join('\n'));
    expect(records).toHaveLength(2);
    expect(problems.map(({ record, fault }) => [record, fault])).toEqual([
      [2, 'syntax'],
      [4, 'syntax'],
    ]);
  });

  test('events without attributes and things that are no events are problems', async () => {
    const { records, problems } = await read([
      inEvent,
      { Event: { info: 'x' } },
      { Evil: 1 },
      'text',
    ]);
    expect(records).toHaveLength(1);
    expect(problems.map(({ record, fault, reason }) => [record, fault, reason])).toEqual([
      [2, 'no-indicator', 'left out: an event without a list of attributes'],
      [3, 'syntax', 'left out: neither an event nor a list of attributes'],
      [4, 'syntax', 'left out: neither an event nor a list of attributes'],
    ]);
  });

  test.each([
    '[]',
    '{"response": []}',
    '{"response": {"Attribute": []}}',
    '{"Event": {"Attribute": []}}',
  ])('%s is empty', async (text) => {
    expect(await read(text)).toEqual({ records: [], problems: [], passed: [] });
  });

  test('an attribute over the limits is left out', async () => {
    const deep = `{"type": "md5", "value": "${md5}", "x": ${'['.repeat(70)}${']'.repeat(70)}}`;
    const { records, problems } = await read(
      `{"Event": {"Attribute": [${deep}, ${JSON.stringify(two)}]}}`,
    );
    expect(records).toHaveLength(1);
    expect(problems).toEqual([
      expect.objectContaining({
        record: 1,
        fault: 'limit',
        reason: 'left out: nested more than 64 levels deep',
      }),
    ]);
  });
});

describe('the folder of a MISP feed', () => {
  const uuid = '5f0c6f7c-0000-4000-8000-00000000000';
  const manifest = JSON.stringify({
    [`${uuid}1`]: {
      info: 'x',
      timestamp: '1700000000',
      Orgc: { name: 'CERT' },
      Tag: [{ name: 'a' }],
    },
    [`${uuid}2`]: { info: 'y', timestamp: '1700000001' },
  });

  test('its manifest is known, whole or by its start', () => {
    expect(isMispManifest(Buffer.from(manifest))).toBe(true);
    expect(isMispManifest(Buffer.from(manifest.slice(0, 150)))).toBe(true);
    expect(isMispManifest(Buffer.from('{}'))).toBe(false);
    expect(isMispManifest(Buffer.from('{"Event": {"info": "x"}}'))).toBe(false);
    expect(isMispManifest(Buffer.from('a.example\n'))).toBe(false);
    expect(misp.recognises(Buffer.from(manifest))).toBe(false);
  });

  test('its hashes.csv is known', () => {
    expect(isMispHashes(Buffer.from(`${md5},${uuid}1\n${md5},${uuid}2\n${md5.slice(3)}`))).toBe(
      true,
    );
    expect(isMispHashes(Buffer.from(`${md5},${uuid}1\r\n`))).toBe(true);
    expect(isMispHashes(Buffer.from(`${md5},trojan\n`))).toBe(false);
    expect(isMispHashes(Buffer.from(`${md5}\n`))).toBe(false);
  });
});
