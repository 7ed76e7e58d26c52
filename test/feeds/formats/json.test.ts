import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServiceError, type FeedProblem, type FeedRecord } from '../../../forwarder/core/index.js';
import type { Passed, ReaderOptions } from '../../../forwarder/feeds/formats/format.js';
import { json } from '../../../forwarder/feeds/formats/json.js';
import { kasperskyJson } from '../../../forwarder/feeds/formats/kaspersky-json.js';

interface Outcome {
  readonly records: FeedRecord[];
  readonly problems: FeedProblem[];
  readonly passed: Passed[];
}

async function read(text: string, options: ReaderOptions = {}, size = 1 << 20): Promise<Outcome> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) {
      yield await Promise.resolve(bytes.subarray(at, at + size));
    }
  }
  const outcome: Outcome = { records: [], problems: [], passed: [] };
  const onPassed = (what: Passed): unknown => outcome.passed.push(what);
  for await (const result of json.read(pieces(), { ...options, onPassed })) {
    if (result.ok) outcome.records.push(result.value);
    else outcome.problems.push(result.problem);
  }
  return outcome;
}

/** `kind value` of every indicator that the text gives, in order. */
async function found(text: string, options: ReaderOptions = {}): Promise<string[]> {
  const { records } = await read(text, options);
  return records.flatMap(({ indicators }) =>
    indicators.map(({ kind, value }) => `${kind} ${value}`),
  );
}

async function errorOf(text: string, options: ReaderOptions = {}): Promise<ServiceError> {
  try {
    await read(text, options);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const record = '{"ioc":"a.example","n":1}';

describe('where records are looked for', () => {
  test.each([
    ['a list at the top', `[${record}]`],
    ['a list in an object', `{"indicators":[${record}]}`],
    ['a list two objects deep', `{"meta":{"n":1},"data":{"x":1,"items":[${record}]},"end":true}`],
    ['a list for each key', `{"1001":[${record}],"1002":[]}`],
    ['a list in lists', `[[${record}],[]]`],
    ['one object alone', record],
    ['one object over several lines', '{\n "ioc":\n "a.example",\n "n": 1\n}\n'],
    ['one object with a list of objects after its indicator', `{"ioc":"a.example","x":[{"y":1}]}`],
    ['objects one after the other', `{"list":[]}${record}`],
    ['after a byte order mark', `\ufeff{"data":[${record}]}`],
  ])('%s', async (_, text) => {
    expect(await found(text)).toEqual(['domain a.example']);
  });

  test.each([
    ['at the top', '["a.example","192.0.2.0/24"]'],
    ['of a usual name', '{"version":"1","domains":["a.example"],"IPs":["192.0.2.0/24"]}'],
  ])('lists of texts %s are indicators by their looks', async (_, text) => {
    expect(await found(text)).toEqual(['domain a.example', 'cidr 192.0.2.0/24']);
  });

  test('other lists of texts are passed over', async () => {
    expect(await found(`{"tags":["b.example"],"data":[${record}],"see":["c.example"]}`)).toEqual([
      'domain a.example',
    ]);
  });

  test('all lists of objects are read; of what has no indicator each is a problem', async () => {
    const { records, problems } = await read(`{"a":[${record}],"pages":[{"rel":"next"}]}`);
    expect(records).toHaveLength(1);
    expect(problems).toEqual([
      {
        record: 2,
        fault: 'no-indicator',
        reason: 'left out: no indicator in it',
        row: '{"rel":"next"}',
      },
    ]);
  });

  test('a document without a record is no fault, and counted', async () => {
    expect(await read('{"data":[],"n":0}')).toEqual({
      records: [],
      problems: [],
      passed: ['other'],
    });
    expect(await read('[]')).toEqual({ records: [], problems: [], passed: [] });
  });
});

describe('what stands around indicators', () => {
  const report = {
    id: 1,
    title: 'C2',
    url: 'https://vendor.example/report',
    references: ['https://lab.example/'],
    indicators: [
      { id: 7, type: 'domain', value: 'bad.example' },
      { id: 8, type: 'url', value: 'http://worse.example/x' },
    ],
  };
  const expected = ['domain bad.example', 'url worse.example/x'];

  test.each([
    ['one report', JSON.stringify(report)],
    ['a list of reports', JSON.stringify({ count: 1, next: null, results: [report] })],
    ['a report a line', `${JSON.stringify(report)}\n{"ioc":"c.example"}\n`],
    [
      'the list first',
      JSON.stringify({ indicators: report.indicators, url: 'https://vendor.example/report' }),
    ],
    [
      'a page with its address',
      JSON.stringify({ url: 'https://v.example/1', data: report.indicators }),
    ],
  ])('the address of a report is none of its indicators: %s', async (_name, text) => {
    const values = await found(text);
    expect(values.filter((value) => value !== 'domain c.example')).toEqual(expected);
  });

  test('what a report says of itself goes with its indicators', async () => {
    const { records } = await read(JSON.stringify([report]));
    expect(records[0]?.fields).toEqual({
      id: 7,
      type: 'domain',
      value: 'bad.example',
      title: 'C2',
    });
    expect(records.map(({ number }) => number)).toEqual([1, 1]);
  });

  test('an indicator with lists of its own stays one', async () => {
    const text = JSON.stringify([
      { domain: 'bad.example', ips: [{ ip: '198.51.100.1' }], data: [{ ip: '198.51.100.1' }] },
      { indicator: 'c.example', observables: [{ value: 'cdn.example' }] },
    ]);
    expect(await found(text)).toEqual(['domain bad.example', 'domain c.example']);
  });

  test('lists of links and references are passed over', async () => {
    const link = { url: 'https://api.example/2' };
    const text = JSON.stringify({
      meta: { links: [link] },
      references: [link],
      data: [{ ioc: 'bad.example' }],
    });
    expect(await found(text)).toEqual(['domain bad.example']);
  });
});

describe('rootElement', () => {
  const text = `{"a":{"list":[${record}]},"ab":{"list":[{"ioc":"b.example"}]},"c":[{"list":{"ioc":"c.example"}}],"list":{"ioc":"d.example"}}`;
  test.each([
    ['a/list', ['a']],
    ['/a/list/', ['a']],
    ['a*/list', ['a', 'b']],
    ['a?/list', ['b']],
    ['?/list', ['a', 'c']],
    ['*/l*t', ['a', 'b', 'c']],
    ['list', ['d']],
  ])('%s', async (rootElement, names) => {
    expect(await found(text, { rootElement })).toEqual(
      names.map((name) => `domain ${name}.example`),
    );
  });

  test('/ is the value of the file', async () => {
    expect(
      await found('{"x":[{"ioc":"no.example"}],"ioc":"a.example"}', { rootElement: '/' }),
    ).toEqual(['domain a.example']);
    expect(await found(`[${record}]`, { rootElement: '/' })).toEqual(['domain a.example']);
  });

  test('texts there are indicators', async () => {
    expect(await found('{"x":["a.example"],"y":"b.example"}', { rootElement: '?' })).toEqual([
      'domain a.example',
      'domain b.example',
    ]);
  });

  test('where nothing is the file is refused, and the lists it has are named', async () => {
    const error = await errorOf(text, { rootElement: 'data/items', origin: 'x.json' });
    expect([error.code, error.where, error.message]).toEqual([
      'TF_FEED',
      'x.json, rootElement',
      'There is nothing at "data/items" in the feed.',
    ]);
    expect(error.hint).toBe(
      'Set rootElement to where the records are. There are lists at: a/list, ab/list, c.',
    );
    expect((await errorOf(`${record}\n${record}\n`, { rootElement: 'data' })).where).toMatch(
      /rootElement/,
    );
  });

  test('an empty list there is an empty feed', async () => {
    expect((await read('{"data":[]}', { rootElement: 'data' })).problems).toEqual([]);
  });

  test('kaspersky-json takes it too', async () => {
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('{"data":[{"mask":"a.example/*"}]}'));
    }
    const results = [];
    for await (const result of kasperskyJson.read(bytes(), { rootElement: 'data' }))
      results.push(result);
    expect(results).toEqual([
      expect.objectContaining({
        value: expect.objectContaining({ indicators: [{ kind: 'url', value: 'a.example/*' }] }),
      }),
    ]);
  });
});

describe('JSON lines', () => {
  test('one object a line; blank lines are counted, bad ones are problems with their number', async () => {
    const lines = [record, '', '{"ioc":}', '{"ioc":"b.example"', '7', '{"ioc":"c.example"}\r', ''];
    const { records, problems, passed } = await read(lines.join('\n'));
    expect(records.map(({ indicators }) => indicators[0]?.value)).toEqual([
      'a.example',
      'c.example',
    ]);
    expect(problems.map(({ record: line, fault, row }) => [line, fault, row])).toEqual([
      [3, 'syntax', '{"ioc":}'],
      [4, 'syntax', '{"ioc":"b.example"'],
      [5, 'syntax', '7'],
    ]);
    expect(passed).toEqual(['blank']);
  });

  test('a line over the limit is left out', async () => {
    const { records, problems } = await read(
      `${record}\n{"x":"${'x'.repeat(1 << 20)}"}\n${record}\n`,
    );
    expect(records).toHaveLength(2);
    expect(problems).toEqual([expect.objectContaining({ record: 2, fault: 'limit' })]);
  });

  test('a line nested without end does no harm', async () => {
    const { problems } = await read(`${record}\n${'['.repeat(500_000)}\n${record}\n`);
    expect(problems).toEqual([expect.objectContaining({ record: 2 })]);
  });
});

describe('fields', () => {
  test.each([
    ['{"indicator":"192.0.2.1:80","type":"ip"}', ['ip 192.0.2.1']],
    ['{"IOC-Value":"hxxp://a[.]example/x"}', ['url a.example/x']],
    ['{"url":"http://a.example/x","host":"a.example","ip":"192.0.2.1"}', ['url a.example/x']],
    ['{"domain":"a.example","ip":"192.0.2.1"}', ['domain a.example']],
    ['{"ip_address":"192.0.2.1","hostname":"a.example"}', ['ip 192.0.2.1']],
    ['{"ip_address":null,"hostname":"a.example"}', ['domain a.example']],
    ['{"src_ip":"192.0.2.1","dst_ip":"192.0.2.2"}', ['ip 192.0.2.1']],
    ['{"dstIp":"192.0.2.2"}', ['ip 192.0.2.2']],
    [`{"file_hash":"${'a'.repeat(40)}"}`, [`sha1 ${'a'.repeat(40)}`]],
    [
      `{"url":"http://a.example/x","sha256_hash":"${'b'.repeat(64)}","value":5}`,
      ['url a.example/x', `sha256 ${'b'.repeat(64)}`],
    ],
    ['{"type":"domain","value":"a.example"}', ['domain a.example']],
  ])('usual names: %s', async (text, expected) => {
    expect(await found(`[${text}]`)).toEqual(expected);
  });

  test('by the configuration, nested ones too', async () => {
    const text = `{"rows":[{"x":{"y":["A.example"]},"url":"http://b.example/"}]}`;
    expect(await found(text, { fields: [{ path: 'x/y', kind: 'domain' }] })).toEqual([
      'domain a.example',
    ]);
  });

  test('a configured field makes an object a record, lists in it or not', async () => {
    const text = '{"name":"x","files":[{"MD5":"feaf2058298c1e174c2b79affc7cf4df"}]}';
    const { records } = await read(text, { fields: [{ path: 'files/MD5', kind: 'md5' }] });
    expect(records).toHaveLength(1);
    expect(records[0]?.fields?.['name']).toBe('x');
  });

  test('names of the prototype are names like any other', async () => {
    expect(await found('[{"__proto__":{"ioc":"a.example"},"constructor":"b.example"}]')).toEqual(
      [],
    );
  });
});

describe('shapes as suppliers have them', () => {
  test('a list of one object for each number', async () => {
    const entry = (value: string): string =>
      `[{"ioc_value":"${value}","ioc_type":"x","threat_type":"botnet_cc","malware_alias":null,"confidence_level":75,"tags":"x,y"}]`;
    expect(await found(`{"1":${entry('192.0.2.1:443')},\n"2":${entry('a.example')}}`)).toEqual([
      'ip 192.0.2.1',
      'domain a.example',
    ]);
  });

  test('a list of servers', async () => {
    expect(
      await found(
        '[{"ip_address":"192.0.2.1","port":443,"status":"online","hostname":"host.example","as_number":64500,"malware":"x"}]',
      ),
    ).toEqual(['ip 192.0.2.1']);
  });

  test('ranges, one object a line, and what is known of them at the end', async () => {
    const { records, problems } = await read(
      '{"cidr":"192.0.2.0/24","sblid":"SBL1","rir":"ripe"}\n{"cidr":"2001:db8::/32","sblid":"SBL2"}\n{"type":"metadata","size":2}\n',
    );
    expect(records.map(({ indicators }) => indicators[0])).toEqual([
      { kind: 'cidr', value: '192.0.2.0/24' },
      { kind: 'cidr', value: '2001:db8::/32' },
    ]);
    expect(problems).toEqual([expect.objectContaining({ record: 3, fault: 'no-indicator' })]);
  });

  test('reports with their indicators: by the path of the lists, or by the field', async () => {
    const report = (value: string): string =>
      `{"id":"5f","name":"x","tags":["x"],"references":["https://report.example/"],"indicators":[{"id":1,"indicator":"${value}","type":"domain"}]}`;
    const text = `{"count":2,"next":null,"results":[${report('a.example')},${report('b.example')}]}`;
    const expected = ['domain a.example', 'domain b.example'];
    expect(await found(text, { rootElement: 'results/indicators' })).toEqual(expected);
    const fields = [{ path: 'indicators/indicator', kind: 'any' as const }];
    expect(await found(text, { fields })).toEqual(expected);
  });
});

describe('limits of one object alone', () => {
  test.each([
    ['size', `{"ioc":"a.example","x":"${'x'.repeat(1 << 20)}"}`, 'larger than 1048576 bytes'],
    [
      'depth',
      `{"ioc":"a.example","x":${'['.repeat(70)}${']'.repeat(70)}}`,
      'nested more than 64 levels deep',
    ],
    [
      'keys',
      `{"ioc":"a.example",${Array.from({ length: 10_001 }, (_, index) => `"k${index}":1`).join()}}`,
      'more than 10000 keys',
    ],
  ])('%s', async (_, text, reason) => {
    for (const size of [1000, 1 << 22]) {
      const { problems } = await read(text, {}, size);
      expect(problems).toEqual([
        expect.objectContaining({
          fault: 'limit',
          reason: `left out: ${reason}`,
          row: text.slice(0, 4096),
        }),
      ]);
    }
  });

  test('nesting around the records is bounded', async () => {
    expect((await errorOf('['.repeat(1000))).message).toMatch(/256 levels/);
  });
});

describe('recognition', () => {
  test.each([
    ['["a.example", "b.example"]', 'json'],
    ['[{"ioc": "a.example"}]', 'json'],
    ['[{"mask": "a.example"}]', 'kaspersky-json'],
    ['[{"indicator": "a.example", "MD5": ""}]', 'kaspersky-json'],
    ['[]', 'kaspersky-json'],
    ['{"data": []}', 'json'],
    ['{}', 'json'],
    ['{x}', 'none'],
    ['[2001:db8::1]:443', 'none'],
    ['a.example', 'none'],
  ])('%s: %s', (text, name) => {
    const format = [kasperskyJson, json].find((reader) => reader.recognises(Buffer.from(text)));
    expect(format?.name ?? 'none').toBe(name);
  });
});

/** Any names of objects around a list, with other fields beside it. */
const step = fc.record({
  name: fc.stringMatching(/^[a-z]{3,8}_x$/),
  before: fc.dictionary(
    fc.stringMatching(/^[A-Z]{2,6}$/),
    fc.oneof(fc.string(), fc.double(), fc.constant(null)),
  ),
  isList: fc.boolean(),
});

test('the same records, whatever nesting they stand in, in any pieces', async () => {
  const values = fc.array(fc.stringMatching(/^[a-z]{1,10}\.example$/), {
    minLength: 1,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 5 }),
      values,
      fc.constantFrom(0, 1),
      fc.integer({ min: 1, max: 50 }),
      async (steps, names, indent, size) => {
        let tree: unknown = names.map((ioc) => ({ ioc, more: [{ ioc: 'in.example' }] }));
        for (const { name, before, isList } of steps) {
          // Non-finite numbers are null in JSON.
          tree = { ...before, [name]: isList && !Array.isArray(tree) ? [tree] : tree };
        }
        const text = JSON.stringify(tree, undefined, indent);
        const rootElement = steps
          .map(({ name }) => name)
          .reverse()
          .join('/');
        // A list of one object is itself a list of objects: only a path says which one is meant.
        const outcome = await read(text, { rootElement }, size);
        expect(outcome.records.map(({ fields }) => fields?.['ioc'])).toEqual(names);
        expect(outcome.problems).toEqual([]);
        if (steps.some(({ isList }, index) => isList && index > 0)) return;
        expect(await read(text, {}, size)).toEqual(outcome);
      },
    ),
  );
});
