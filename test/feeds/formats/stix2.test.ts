import { describe, expect, test } from '@jest/globals';
import type { FeedProblem, FeedRecord } from '../../../forwarder/core/index.js';
import { stix2 } from '../../../forwarder/feeds/formats/stix2.js';
import { feedFormats, type Passed, type ReaderOptions } from '../../../forwarder/feeds/index.js';

interface Outcome {
  readonly records: FeedRecord[];
  readonly problems: FeedProblem[];
  readonly passed: Passed[];
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

async function read(content: unknown, options: ReaderOptions = {}): Promise<Outcome> {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const outcome: Outcome = { records: [], problems: [], passed: [] };
  const onPassed = (what: Passed): void => void outcome.passed.push(what);
  for await (const result of stix2.read(once(text), { onPassed, ...options })) {
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

const uuid = '8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f';
const indicator = (pattern: unknown, more: object = {}): object => ({
  type: 'indicator',
  spec_version: '2.1',
  id: `indicator--${uuid}`,
  pattern,
  pattern_type: 'stix',
  ...more,
});
const good = indicator("[domain-name:value = 'a.example']");
const sample = { type: 'ipv4-addr', id: `ipv4-addr--${uuid}`, value: '192.0.2.1' };

describe('the shapes of files', () => {
  test.each([
    ['a bundle of 2.1', { type: 'bundle', id: `bundle--${uuid}`, objects: [good] }, 1],
    ['a bundle of 2.0', { type: 'bundle', id: 'b', spec_version: '2.0', objects: [good] }, 1],
    ['a bundle without objects', { type: 'bundle', id: `bundle--${uuid}` }, 0],
    ['an envelope', { more: true, next: 'abc', objects: [good, good] }, 2],
    ['an envelope, other order', { objects: [good], more: false }, 1],
    ['an empty envelope', { more: false, objects: [] }, 0],
    ['a list', [sample, good], 1],
    ['one object a line', `${JSON.stringify(good)}\n${JSON.stringify(sample)}\n`, 1],
    ['one object', JSON.stringify(good), 1],
    ['one object on several lines', JSON.stringify(good, null, 2), 1],
    [
      'bundles one after the other',
      JSON.stringify({ type: 'bundle', objects: [good] }).repeat(3),
      3,
    ],
    [
      'a list of bundles',
      [{ type: 'bundle', id: `bundle--${uuid}`, objects: [good, sample, good] }],
      2,
    ],
    [
      'a long field first',
      [
        {
          type: 'indicator',
          pattern: "[domain-name:value = 'a.example']",
          name: 'x'.repeat(5000),
          id: 'late',
        },
      ],
      1,
    ],
  ])('%s', async (_name, content, count) => {
    expect(formatOf(content)).toBe('stix2');
    const { records } = await read(content);
    expect(records).toHaveLength(count);
  });

  test.each([
    ['[{"mask": "a.example", "type": 1, "id": 7}]', 'kaspersky-json'],
    ['[{"type": "ip", "id": "x--y", "ip": "192.0.2.1"}]', 'kaspersky-json'],
    ['{"objects": [{"ip": "192.0.2.1"}]}', 'json'],
    ['{"type": "list", "objects": [{"ip": "192.0.2.1"}]}', 'json'],
  ])('not taken for its own: %s', (text, format) => {
    expect(stix2.recognises(Buffer.from(text))).toBe(false);
    expect(formatOf(text)).toBe(format);
  });

  test('a bad line is a problem with its number, and the rest goes on', async () => {
    const text = `${JSON.stringify(good)}\n{"type": "indicator",\n${JSON.stringify(good)}\n[7]`;
    const { records, problems } = await read(text);
    expect(records).toHaveLength(2);
    expect(problems.map(({ record, fault }) => [record, fault])).toEqual([
      [2, 'syntax'],
      [4, 'syntax'],
    ]);
  });

  test('an object over a mebibyte is left out', async () => {
    const large = indicator("[domain-name:value = 'b.example']", { name: 'x'.repeat(1_048_576) });
    const { records, problems } = await read({ type: 'bundle', objects: [large, good] });
    expect(records).toHaveLength(1);
    expect(problems).toEqual([expect.objectContaining({ record: 1, fault: 'limit' })]);
    const alone = await read(JSON.stringify(large, null, 1));
    expect(alone.problems).toEqual([expect.objectContaining({ record: 1, fault: 'limit' })]);
  });
});

describe('objects', () => {
  test('the context of an indicator, long texts cut; all of it is in its fields', async () => {
    const object = indicator("[url:value = 'http://a.example/x']", {
      name: 'Loader',
      description: 'd'.repeat(1500),
      indicator_types: ['malicious-activity', 'anomalous-activity'],
      labels: ['apt'],
      confidence: 85,
      kill_chain_phases: [
        { kill_chain_name: 'lockheed-martin-cyber-kill-chain', phase_name: 'delivery' },
        7,
      ],
      valid_from: '2026-01-01T00:00:00Z',
      valid_until: '2027-01-01T00:00:00Z',
      created: '2026-01-01T00:00:00.000Z',
      modified: '2026-01-02T00:00:00.000Z',
      external_references: [
        { source_name: 'report', description: 'long', url: 'https://cert.example/1' },
        { source_name: 'mitre-attack', external_id: 'T1566' },
      ],
      created_by_ref: `identity--${uuid}`,
      object_marking_refs: [`marking-definition--${uuid}`],
    });
    const [record] = (await read([object])).records;
    expect(record?.fields).toEqual(object);
    expect(record?.context).toEqual([
      ['name', 'Loader'],
      ['description', `${'d'.repeat(1000)}…`],
      ['indicator_types', 'malicious-activity, anomalous-activity'],
      ['labels', 'apt'],
      ['confidence', '85'],
      ['kill_chain_phases', 'lockheed-martin-cyber-kill-chain delivery'],
      ['pattern', "[url:value = 'http://a.example/x']"],
      ['valid_from', '2026-01-01T00:00:00Z'],
      ['valid_until', '2027-01-01T00:00:00Z'],
      ['created', '2026-01-01T00:00:00.000Z'],
      ['modified', '2026-01-02T00:00:00.000Z'],
      ['external_references', 'report https://cert.example/1, mitre-attack T1566'],
      ['created_by_ref', `identity--${uuid}`],
      ['id', `indicator--${uuid}`],
    ]);
  });

  test('what is no indicator, and what is revoked, is passed over', async () => {
    const outcome = await read({
      type: 'bundle',
      objects: [
        sample,
        { type: 'observed-data', id: `observed-data--${uuid}`, object_refs: [sample.id] },
        { type: 'identity', id: `identity--${uuid}`, name: 'CERT' },
        indicator("[domain-name:value = 'a.example']", { revoked: true }),
      ],
    });
    expect(outcome).toEqual({
      records: [],
      problems: [],
      passed: ['other', 'other', 'other', 'other'],
    });
  });

  test('two versions of one indicator are two records', async () => {
    const later = indicator("[domain-name:value = 'b.example']", {
      modified: '2026-02-01T00:00:00Z',
    });
    expect((await read([good, later])).records).toHaveLength(2);
  });

  test.each([
    [
      indicator('alert tcp any', { pattern_type: 'snort' }),
      'unsupported',
      'a pattern of type "snort" is not evaluated',
    ],
    [indicator(7), 'syntax', 'an indicator without pattern'],
    [
      indicator('domain = x'),
      'syntax',
      'no STIX pattern: [ is missing: "domain" stands at character 1',
    ],
    [
      indicator("[email-addr:value = 'a@b.example']"),
      'unsupported',
      'email-addr:value is nothing that events are searched for',
    ],
    [
      indicator("[ipv4-addr:value = 'x']"),
      'bad-indicator',
      'ipv4-addr:value "x" is no IP address and no range of addresses',
    ],
    [{ id: 'x' }, 'syntax', 'an object without type'],
    [{ type: 'bundle', objects: [7] }, 'syntax', 'something else than an object in a bundle'],
  ])('left out: %j', async (object, fault, reason) => {
    const { records, problems } = await read({ type: 'bundle', objects: [good, object, good] });
    expect(records).toHaveLength(2);
    expect(problems).toEqual([
      { record: 2, fault, reason: `left out: ${reason}`, row: JSON.stringify(object) },
    ]);
  });

  test('of a pattern the parts that can be used are used, and the others named', async () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) => `[file:name = '${name}']`).join(' OR ');
    const { records, problems } = await read([
      indicator(`[domain-name:value = 'a.example'] OR ${many}`),
    ]);
    expect(records[0]?.indicators).toEqual([{ kind: 'domain', value: 'a.example' }]);
    expect(problems[0]).toMatchObject({
      record: 1,
      fault: 'unsupported',
      reason:
        "its other parts are used: file:name = 'a' alone is nothing that events are searched for; file:name = 'b' alone is nothing that events are searched for; file:name = 'c' alone is nothing that events are searched for; and 2 more",
    });
  });

  test('without pattern_type, as in 2.0, a pattern is one of STIX', async () => {
    const { records } = await read([
      indicator("[ipv4-addr:value = '192.0.2.1']", { pattern_type: undefined }),
    ]);
    expect(records[0]?.indicators).toEqual([{ kind: 'ip', value: '192.0.2.1' }]);
  });

  test('fields of the configuration go before the pattern', async () => {
    const { records, passed } = await read([indicator('[x]', { name: 'a.example' }), sample], {
      fields: [{ path: 'name', kind: 'domain' }],
    });
    expect(records[0]?.indicators).toEqual([{ kind: 'domain', value: 'a.example' }]);
    expect(passed).toEqual(['other']);
  });
});
