import { describe, expect, test } from '@jest/globals';
import type { FeedProblem, FeedRecord, Result } from '../../../forwarder/core/index.js';
import { list, maxLineBytes } from '../../../forwarder/feeds/formats/list.js';

async function read(bytes: string | Buffer): Promise<Result<FeedRecord, FeedProblem>[]> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(bytes as string));
  }
  const results: Result<FeedRecord, FeedProblem>[] = [];
  for await (const result of list.read(pieces())) results.push(result);
  return results;
}

/** What the lines give, in short: `ip 192.0.2.1`, or the number of a line and why it is left out. */
async function given(bytes: string | Buffer): Promise<string[]> {
  return (await read(bytes)).map((result) =>
    result.ok
      ? result.value.indicators.map(({ kind, value }) => `${kind} ${value}`).join(', ')
      : `${result.problem.record}: ${result.problem.reason}`,
  );
}

const md5 = '0123456789abcdef'.repeat(2);
const sha1 = '01234567'.repeat(5);
const sha256 = 'f'.repeat(64);

describe('a line is known by its looks:', () => {
  test.each([
    [md5, `md5 ${md5}`],
    [md5.toUpperCase(), `md5 ${md5}`],
    [sha1, `sha1 ${sha1}`],
    [sha256, `sha256 ${sha256}`],
    [`${sha256};Backdoor - seen in 2024`, `sha256 ${sha256}`],
    [`${md5},Family`, `md5 ${md5}`],
    [`${sha256}  file name.exe`, `sha256 ${sha256}`],
    ['192.0.2.1', 'ip 192.0.2.1'],
    ['192.0.2.1:8080', 'ip 192.0.2.1'],
    ['2001:DB8:0::1', 'ip 2001:db8::1'],
    ['[2001:db8::1]', 'ip 2001:db8::1'],
    ['[2001:db8::1]:443', 'ip 2001:db8::1'],
    ['::ffff:192.0.2.1', 'ip 192.0.2.1'],
    ['192[.]0[.]2(.)1', 'ip 192.0.2.1'],
    ['192.0.2.77/24', 'cidr 192.0.2.0/24'],
    ['192.0.2.77/32', 'ip 192.0.2.77'],
    ['2001:db8::/32', 'cidr 2001:db8::/32'],
    ['192.0.2.0/24 ; SBL1', 'cidr 192.0.2.0/24'],
    ['http://bad.example/', 'url bad.example'],
    ['https://www.Bad.Example:8443/A/b.php?Q=1#top', 'url bad.example/a/b.php?q=1'],
    ['http://192.0.2.1:81/bins/x.arm7', 'url 192.0.2.1/bins/x.arm7'],
    ['http://[2001:db8::1]:81/x', 'url [2001:db8::1]/x'],
    ['ftp://bad.example/a%20b/', 'url bad.example/a b'],
    ['hxxp://bad[.]example/a', 'url bad.example/a'],
    ['hxxps[:]//bad(.)example/a[.]php', 'url bad.example/a.php'],
    ['hxxp[://]bad.example/a', 'url bad.example/a'],
    ['fxp://bad.example/a', 'url bad.example/a'],
    ['http://bad.example/a[.]php', 'url bad.example/a[.]php'],
    ['http://intranet/a', 'url intranet/a'],
    ['bad.example/a/b', 'url bad.example/a/b'],
    ['bad.example?a=b', 'url bad.example?a=b'],
    ['192.0.2.1/a', 'url 192.0.2.1/a'],
    ['*.bad.example', 'url *.bad.example'],
    ['http://bad.example/folder/*', 'url bad.example/folder/*'],
    ['bad.example', 'domain bad.example'],
    ['Bad.Example.', 'domain bad.example'],
    ['www.bad.example', 'domain www.bad.example'],
    ['.bad.example', 'domain bad.example'],
    ['bad.example:8080', 'domain bad.example'],
    ['bad[.]example', 'domain bad.example'],
    ['пример.example', 'domain xn--e1afmkfd.example'],
    ['_dmarc.bad-name.example', 'domain _dmarc.bad-name.example'],
  ])('%s is %s', async (line, expected) => {
    expect(await given(line)).toEqual([expected]);
  });
});

describe('around the indicator', () => {
  test.each([
    ['blanks and tabs', ' \t bad.example \t '],
    ['double quotes', '"bad.example"'],
    ['single quotes', "'bad.example'"],
    ['a comment behind it', 'bad.example # why'],
    ['a comment after a tab', 'bad.example\t#why'],
    ['a comment after quotes', '"bad.example" ; why'],
    ['CRLF', '\r\nbad.example\r\n'],
    ['a byte order mark', '\ufeffbad.example'],
    ['a byte order mark before a comment', '\ufeff# list\nbad.example'],
    ['lines of comments', '# a\n; b\n// c\n  # d\n\nbad.example\n#'],
  ])('%s', async (_, text) => {
    expect(await given(text)).toEqual(['domain bad.example']);
  });

  test('a # without a blank before it belongs to the URL', async () => {
    expect(await given('http://bad.example/#a')).toEqual(['url bad.example']);
  });

  test('a comment is not kept: a record has no context', async () => {
    expect(await read(`${md5};Backdoor\nbad.example # why\n`)).toEqual([
      { ok: true, value: { indicators: [{ kind: 'md5', value: md5 }], context: [], number: 1 } },
      {
        ok: true,
        value: { indicators: [{ kind: 'domain', value: 'bad.example' }], context: [], number: 2 },
      },
    ]);
  });
});

describe('lines of a hosts file', () => {
  test.each(['0.0.0.0', '127.0.0.1', '::1', '::'])('%s gives the names', async (sink) => {
    expect(await given(`${sink} bad.example\n${sink}\ta.example  B.example # two\n`)).toEqual([
      'domain bad.example',
      'domain a.example, domain b.example',
    ]);
  });

  test('what stands in every hosts file is passed over', async () => {
    const own = [
      '127.0.0.1 localhost localhost.localdomain',
      '255.255.255.255 broadcasthost',
      '::1 ip6-localhost ip6-loopback',
      'fe80::1%lo0 localhost',
      'ff02::1 ip6-allnodes',
      '0.0.0.0 0.0.0.0',
    ];
    expect(await given(own.join('\n'))).toEqual([]);
  });

  test('a name that cannot be used costs itself only', async () => {
    expect(await given('0.0.0.0 a.example b_? a.example\n0.0.0.0 word\n')).toEqual([
      'domain a.example',
      '1: its other names are used: "b_?" is no hash, address, range, URL or domain name',
      '2: left out: "word" is a single word, no domain name',
    ]);
  });

  test('another address before a name is no such line; an address alone is an address', async () => {
    expect(await given('192.0.2.1 bad.example\n127.0.0.1\n')).toEqual([
      '1: left out: "192.0.2.1 bad.example" is more than one word',
      'ip 127.0.0.1',
    ]);
  });
});

describe('what cannot be used is a problem with the number of its line:', () => {
  const none = 'is no hash, address, range, URL or domain name';
  test.each([
    ['two words', 'is more than one word'],
    ['word', 'is a single word, no domain name'],
    ['.zip', 'is a single word, no domain name'],
    ['bad.example | rm', 'is more than one word'],
    [md5.slice(1), 'is a single word, no domain name'],
    ['192.0.2.256', none],
    ['192.0.2.1:1:1', none],
    ['192.0.2.0/33', 'is no IP address and no range of addresses'],
    ['2001:db8::/129', 'is no IP address and no range of addresses'],
    ['0.0.0.0/0', 'would cover every address'],
    ['*', 'would cover every URL'],
    ['http://*.*/*', 'would cover every URL'],
    ['/bins/x.arm7', 'begins with a slash: there is no host'],
    ['/x/*', 'begins with a slash: there is no host'],
    ['file://bad.example/x', 'has a scheme other than http, https and ftp'],
    ['http://', 'is no URL'],
    ['http://bad.example:port/', 'is no URL'],
    ['http://a$b/', 'is no URL: its host is none'],
    ['word/path', 'is no URL: its host is none'],
    ['[a-z]+\\.bad\\.example', 'holds a backslash'],
    ['user@bad.example', none],
    ['||bad.example^', none],
    ['{"ip":"192.0.2.1"}', none],
    ['a..b.example', none],
  ])('%s %s', async (line, reason) => {
    expect(await given(`# list\n\n${line}\nbad.example`)).toEqual([
      `3: left out: ${JSON.stringify(line)} ${reason}`,
      'domain bad.example',
    ]);
  });

  test('a line that is not UTF-8', async () => {
    const bytes = Buffer.from('b\u00e4d.example/\u00e4\nbad.example', 'latin1');
    const [first, second] = await given(bytes);
    expect(first).toMatch(/^1: left out: .* is not UTF-8$/);
    expect(second).toBe('domain bad.example');
  });

  test('a NUL byte that does not stand at the start of the file', async () => {
    const [last] = (await given(`${'bad.example\n'.repeat(400)}a\u0000b.example`)).slice(-1);
    expect(last).toBe(`401: left out: "a\\u0000b.example" ${none}`);
  });

  test('a long line is cut in the message, a longer one is left out whole', async () => {
    const long = `${'x'.repeat(maxLineBytes - 8)}.example`;
    expect(await given(`${long}\n${long}x\nbad.example`)).toEqual([
      `1: left out: "${'x'.repeat(60)}…" ${none}`,
      '2: left out: longer than 65536 bytes',
      'domain bad.example',
    ]);
  });
});

describe('recognition', () => {
  const recognises = (text: string): boolean => list.recognises(Buffer.from(text));

  test.each([
    ['one indicator without an end of line', 'bad.example'],
    ['comments, then indicators', '# a list\n#\n\n192.0.2.1\n192.0.2.2:81\n'],
    ['comments only', '# nothing today\n'],
    ['a hosts file', '127.0.0.1 localhost\n0.0.0.0 bad.example\n'],
    ['described hashes', `# MD5;COMMENT\n${md5};x\n`],
    ['some lines that are none', 'bad.example\nnone\nworse.example\n'],
    ['much further on that is none', 'bad.example\n'.repeat(32) + '/path\n'.repeat(100)],
    ['a start that ends within a line', `${'# header\n'.repeat(400)}bad.example\nhttp://bad.exa[`],
  ])('%s', (_, text) => {
    expect(recognises(text)).toBe(true);
  });

  test.each([
    ['a table', 'mask;type'],
    [
      'a table below comments',
      '# id, url\n"1","http://bad.example/"\n"2","http://worse.example/"\n',
    ],
    ['an object', '{\n  "ip": "192.0.2.1"\n}\n'],
    ['a page', '<!DOCTYPE html>\n<html>\n<head>\n'],
    ['a configuration', '# ours\nidentifier: x\nfeeds:\n  - a.json\n'],
    ['text', 'Not found.\nThe list has moved.\n'],
    ['no text', 'bad.example\n\u0000'],
  ])('not of %s', (_, text) => {
    expect(recognises(text)).toBe(false);
  });
});
