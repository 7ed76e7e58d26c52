import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FeedProblem, FeedRecord, Result } from '../../../forwarder/core/index.js';
import { recordLimits } from '../../../forwarder/feeds/formats/json/list-items.js';
import { kasperskyJson } from '../../../forwarder/feeds/formats/kaspersky-json.js';

async function read(text: string): Promise<Result<FeedRecord, FeedProblem>[]> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(text));
  }
  const results: Result<FeedRecord, FeedProblem>[] = [];
  for await (const result of kasperskyJson.read(bytes())) results.push(result);
  return results;
}

/** The record that one object of a feed gives; fails where it gives none. */
async function recordOf(json: string): Promise<FeedRecord> {
  const [result, ...more] = await read(`[${json}]`);
  if (result?.ok !== true || more.length > 0) throw new Error(JSON.stringify([result, ...more]));
  return result.value;
}

async function contextOf(fields: string): Promise<Record<string, string>> {
  const { context } = await recordOf(`{"mask":"a.example",${fields}}`);
  return Object.fromEntries(context.slice(1));
}

async function reasonOf(json: string): Promise<string> {
  const [result] = await read(`[${json}]`);
  if (result?.ok !== false) throw new Error(JSON.stringify(result));
  return result.problem.reason;
}

describe('a record of a feed', () => {
  test('as the DSM guide prints it: context in the order and spelling of the record', async () => {
    const record = await recordOf(
      '{"mask":"sdfed7233dsfg93acvbhl.su/steallallsms.php","type":2,"first_seen":"04.01.2016 16:40","last_seen":"27.01.2016 10:46","popularity":5}',
    );
    expect(record.indicators).toEqual([
      { kind: 'url', value: 'sdfed7233dsfg93acvbhl.su/steallallsms.php' },
    ]);
    expect(record.context.map((field) => field.join('=')).join(' ')).toBe(
      'mask=sdfed7233dsfg93acvbhl.su/steallallsms.php type=2 first_seen=04.01.2016 16:40 last_seen=27.01.2016 10:46 popularity=5',
    );
  });

  test('of a URL feed: resolved addresses and files are context, not indicators', async () => {
    const { indicators, context } = await recordOf(
      '{"mask":"*.a.example","IP":["198.51.100.1","198.51.100.2"],"files":[{"MD5":"00112233445566778899AABBCCDDEEFF"}]}',
    );
    expect(indicators).toEqual([{ kind: 'url', value: '*.a.example' }]);
    expect(context).toEqual([
      ['mask', '*.a.example'],
      ['IP', '198.51.100.1, 198.51.100.2'],
    ]);
  });

  test('of a hash feed: each hash is an indicator, in any letter case of name and value', async () => {
    const { indicators } = await recordOf(
      `{"md5":"${'aB'.repeat(16)}","Sha1":"${'C'.repeat(40)}","SHA256":"${'d'.repeat(64)}"}`,
    );
    expect(indicators).toEqual([
      { kind: 'md5', value: 'ab'.repeat(16) },
      { kind: 'sha1', value: 'c'.repeat(40) },
      { kind: 'sha256', value: 'd'.repeat(64) },
    ]);
  });

  test.each([
    ['"ip":"192.0.2.1"', 'ip', '192.0.2.1'],
    ['"ip":"192.0.2.77/24"', 'cidr', '192.0.2.0/24'],
    ['"ip":"192.0.2.77/32"', 'ip', '192.0.2.77'],
    ['"ip":"2001:DB8:0:0::1"', 'ip', '2001:db8::1'],
    ['"ip":"2001:db8::/32"', 'cidr', '2001:db8::/32'],
    ['"ip":"2001:db8::1/128"', 'ip', '2001:db8::1'],
    ['"domain":"Bad.Example."', 'domain', 'bad.example'],
    ['"domain":"*.bad.example"', 'domain', 'bad.example'],
    ['"host":"пример.example"', 'domain', 'xn--e1afmkfd.example'],
    ['"host":"192.0.2.9"', 'ip', '192.0.2.9'],
    ['"url":"HTTP://www.Bad.Example:80/x/"', 'url', 'bad.example/x'],
    ['"mask":"bad.example/folder/*"', 'url', 'bad.example/folder/*'],
  ])('%s is %s %s', async (field, kind, value) => {
    expect((await recordOf(`{${field}}`)).indicators).toEqual([{ kind, value }]);
  });

  test('may hold several indicators and lists of them; equal ones are one', async () => {
    const { indicators } = await recordOf(
      '{"ip":["192.0.2.1","192.0.2.2","192.0.2.1"],"host":"a.example","domain":"A.example"}',
    );
    expect(indicators.map(({ value }) => value)).toEqual(['192.0.2.1', '192.0.2.2', 'a.example']);
  });
});

describe('context', () => {
  test('nested objects, lists in them, scalars of every kind', async () => {
    expect(
      await contextOf(
        '"n":-1.50,"yes":true,"no":false,"whois":{"country":"RU","NS":["a","b"],"contact":{"email":"x@y"}}',
      ),
    ).toEqual({
      n: '-1.50',
      yes: 'true',
      no: 'false',
      'whois/country': 'RU',
      'whois/NS': 'a, b',
      'whois/contact/email': 'x@y',
    });
  });

  test('null, empty, and objects and lists inside lists are left out', async () => {
    expect(
      await contextOf(
        '"a":null,"b":"","c":[],"d":{},"e":[null,""],"f":[{"x":1}],"g":["x",{"y":1},["z"],2,true]',
      ),
    ).toEqual({ g: 'x, 2, true' });
  });

  test('numbers keep their digits where a double would not', async () => {
    expect(
      await contextOf(
        '"id":12345678901234567890,"x":"id 12345678901234567890 \\" 1","n":{"l":[0.1000,1e3]}',
      ),
    ).toEqual({
      id: '12345678901234567890',
      x: 'id 12345678901234567890 " 1',
      'n/l': '0.1000, 1e3',
    });
  });

  test('names of the prototype are names like any other and pollute nothing', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const { context } = await recordOf(
      '{"__proto__":{"polluted":"yes","mask":"evil.example"},"constructor":{"prototype":{"polluted":"1"}},"mask":"a.example","toString":"x","hasOwnProperty":"y"}',
    );
    expect(context).toEqual([
      ['__proto__/polluted', 'yes'],
      ['__proto__/mask', 'evil.example'],
      ['constructor/prototype/polluted', '1'],
      ['mask', 'a.example'],
      ['toString', 'x'],
      ['hasOwnProperty', 'y'],
    ]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  });

  test('an indicator that stands only in a prototype is none', async () => {
    expect(await reasonOf('{"__proto__":{"mask":"evil.example"}}')).toMatch(/no indicator/);
  });
});

describe('problems', () => {
  test.each([
    ['{"threat":"x"}', 'left out: no indicator in it'],
    ['{"mask":""}', 'left out: no indicator in it'],
    ['{"mask":null,"ip":[]}', 'left out: no indicator in it'],
    ['"text"', 'left out: not a JSON object'],
    ['[1]', 'left out: not a JSON object'],
    ['null', 'left out: not a JSON object'],
    [
      '{"ip":"192.0.2.256"}',
      'left out: ip "192.0.2.256" is no IP address and no range of addresses',
    ],
    ['{"ip":"0.0.0.0/0"}', 'left out: ip "0.0.0.0/0" would cover every address'],
    ['{"ip":7}', 'left out: ip "(number)" is not text'],
    ['{"mask":"*"}', 'left out: mask "*" would cover every URL'],
    ['{"mask":"*.*/*"}', 'left out: mask "*.*/*" would cover every URL'],
    ['{"mask":"http://"}', 'left out: mask "http://" is no URL and no mask'],
    ['{"MD5":"xyz"}', 'left out: MD5 "xyz" is not 32 hex digits'],
    [`{"MD5":"${'a'.repeat(40)}"}`, `left out: MD5 "${'a'.repeat(40)}" is not 32 hex digits`],
    ['{"domain":"a b"}', 'left out: domain "a b" is no host name'],
  ])('%s', async (json, reason) => {
    expect(await reasonOf(json)).toBe(reason);
  });

  test('bad JSON: the parser says why, on one line', async () => {
    const reason = await reasonOf('{"mask":"a\n\u0007b"}');
    expect(reason).toMatch(/^left out: not valid JSON: /);
    expect(reason).not.toMatch(/[\u0000-\u001f]/);
  });

  test('a record with a usable and an unusable indicator is both a record and a problem', async () => {
    const results = await read(`[{"MD5":"${'a'.repeat(32)}","SHA1":"-"},{"mask":"b.example"}]`);
    expect(results.map((result) => result.ok)).toEqual([true, false, true]);
    expect(results[1]).toEqual({
      ok: false,
      problem: {
        record: 1,
        fault: 'bad-indicator',
        row: expect.any(String),
        reason: 'its other indicators are used: SHA1 "-" is not 40 hex digits',
      },
    });
  });

  test('numbers of records count the bad ones', async () => {
    const results = await read('[{"mask":"a.example"},7,{"mask":"b.example"},{"mask":}]');
    expect(results.flatMap((result) => (result.ok ? [] : [result.problem.record]))).toEqual([2, 4]);
  });

  test('a huge record is left out, the records around it are read', async () => {
    const huge = `{"mask":"huge.example","x":"${'x'.repeat(recordLimits.maxBytes)}"}`;
    const results = await read(`[{"mask":"a.example"},${huge},{"mask":"b.example"}]`);
    expect(results.map((result) => result.ok)).toEqual([true, false, true]);
    expect(results[1]).toMatchObject({
      problem: { record: 2, reason: 'left out: larger than 1048576 bytes' },
    });
  });
});

test('any JSON values as records give a result each and no exception', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 10 }), async (values) => {
      const results = await read(JSON.stringify(values));
      const numbers = results.flatMap((result) => (result.ok ? [] : [result.problem.record]));
      expect(numbers.every((number) => number >= 1 && number <= values.length)).toBe(true);
      expect(results.length).toBeGreaterThanOrEqual(values.length);
    }),
  );
});

test('context is every scalar of a record: nothing is lost, whatever its names and values', async () => {
  const name = fc
    .string({ minLength: 1, maxLength: 8 })
    .filter((text) => !/^(mask|url|ip|domain|host|md5|sha1|sha256)$/i.test(text));
  const fields = fc.dictionary(name, fc.string({ minLength: 1 }), { maxKeys: 8 });
  await fc.assert(
    fc.asyncProperty(fields, async (given) => {
      const { context } = await recordOf(JSON.stringify({ mask: 'a.example', ...given }));
      expect(new Map(context)).toEqual(new Map(Object.entries({ mask: 'a.example', ...given })));
    }),
  );
});
