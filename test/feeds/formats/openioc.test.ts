import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  ServiceError,
  type FeedProblem,
  type FeedRecord,
  type Result,
} from '../../../forwarder/core/index.js';
import { openioc } from '../../../forwarder/feeds/formats/openioc.js';

type Item = Result<FeedRecord, FeedProblem>;

async function results(text: string): Promise<Item[]> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(text));
  }
  const all: Item[] = [];
  for await (const result of openioc.read(bytes())) all.push(result);
  return all;
}

async function read(text: string): Promise<string[]> {
  return (await results(text)).map((result) =>
    result.ok
      ? result.value.indicators.map(({ kind, value }) => `${kind} ${value}`).join(' + ')
      : `${result.problem.record} ${result.problem.fault}: ${result.problem.reason}`,
  );
}

const item = (search: string, content: string, condition = 'is', more = ''): string =>
  `<IndicatorItem id="i" condition="${condition}" preserve-case="false" ${more}>
    <Context document="${search.replace(/\/.*/, '')}" search="${search}" type="mir" />
    <Content type="string">${content}</Content>
  </IndicatorItem>`;
const branch = (operator: string, ...parts: readonly string[]): string =>
  `<Indicator operator="${operator}" id="b">${parts.join('')}</Indicator>`;
const ioc = (...indicators: readonly string[]): string =>
  `<?xml version="1.0" encoding="us-ascii"?>
<ioc xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.mandiant.com/2010/ioc" id="x"><definition>${indicators.join('')}</definition></ioc>`;
const oneItem = (...parameters: Parameters<typeof item>): Promise<string[]> =>
  read(ioc(branch('OR', item(...parameters))));

const md5 = 'A'.repeat(32);
const sha1 = 'b'.repeat(40);
const sha256 = 'c'.repeat(64);

describe('terms', () => {
  test.each([
    ['FileItem/Md5sum', md5, `md5 ${md5.toLowerCase()}`],
    ['FileItem/Sha1sum', sha1, `sha1 ${sha1}`],
    ['FileItem/Sha256sum', sha256, `sha256 ${sha256}`],
    ['ServiceItem/serviceDLLmd5sum', md5, `md5 ${md5.toLowerCase()}`],
    ['ProcessItem/SectionList/MemorySection/Md5sum', md5, `md5 ${md5.toLowerCase()}`],
    ['Network/DNS', 'bad.example', 'domain bad.example'],
    ['DnsEntryItem/Host', 'bad[.]example', 'domain bad.example'],
    ['DnsEntryItem/RecordName', 'bad.example', 'domain bad.example'],
    ['DnsEntryItem/RecordData/IPv4Address', '192.0.2.1', 'ip 192.0.2.1'],
    ['PortItem/remoteIP', '192.0.2.1', 'ip 192.0.2.1'],
    ['PortItem/RemoteIP', '192.0.2.1', 'ip 192.0.2.1'],
    ['ProcessItem/PortList/PortItem/remoteIP', '192.0.2.0/24', 'cidr 192.0.2.0/24'],
    ['RouteEntryItem/Destination', '192.0.2.1', 'ip 192.0.2.1'],
    ['RouteEntryItem/Destination', 'bad.example', 'domain bad.example'],
    ['Network/URI', 'http://bad.example/a?b=1&amp;c=2', 'url bad.example/a?b=1&c=2'],
    ['Network/URI', '/gate.php', 'url */gate.php'],
    ['UrlHistoryItem/URL', 'http://bad.example/x', 'url bad.example/x'],
    ['UrlHistoryItem/HostName', 'bad.example', 'domain bad.example'],
    ['FileDownloadHistoryItem/SourceURL', 'http://bad.example/x', 'url bad.example/x'],
  ])('%s is %s', async (search, content, expected) => {
    expect(await oneItem(search, content)).toEqual([expected]);
  });

  test.each([
    'FileItem/FileName',
    'RegistryItem/Path',
    'PortItem/localIP',
    'FileItem/Md5sum/x',
    '',
  ])('%j is not looked for', async (search) => {
    expect(await oneItem(search, 'x')).toEqual([
      `1 unsupported: left out: the term ${JSON.stringify(search)}`,
    ]);
  });
});

describe('conditions', () => {
  test.each([
    ['Network/DNS', 'bad.example', 'contains', 'domain bad.example'],
    ['Network/DNS', '.bad.example', 'ends-with', 'domain bad.example'],
    ['Network/URI', '/gate.php', 'contains', 'url */gate.php*'],
    ['Network/URI', 'gate', 'contains', 'url *gate*'],
    ['UrlHistoryItem/URL', 'http://bad.example/', 'starts-with', 'url bad.example/*'],
    ['UrlHistoryItem/URL', '/x.php', 'ends-with', 'url */x.php'],
    ['FileItem/Md5sum', md5, 'contains', `md5 ${md5.toLowerCase()}`],
  ])('%s %s %s', async (search, content, condition, expected) => {
    expect(await oneItem(search, content, condition)).toEqual([expected]);
  });

  test.each([
    ['isnot', 'the condition "isnot"'],
    ['containsnot', 'the condition "containsnot"'],
    ['matches', 'the condition "matches"'],
    ['contains', 'a part of a value (contains "192.0.2.") is not looked for'],
  ])('%s of an address is unsupported', async (condition, reason) => {
    expect(await oneItem('PortItem/remoteIP', '192.0.2.', condition)).toEqual([
      `1 unsupported: left out: ${reason}`,
    ]);
  });

  test('a negated item is unsupported, a value that is none is told', async () => {
    expect(await oneItem('Network/DNS', 'bad.example', 'is', 'negate="true"')).toEqual([
      '1 unsupported: left out: a negated item',
    ]);
    expect(await oneItem('FileItem/Md5sum', 'abc')).toEqual([
      '1 bad-indicator: left out: "abc" is not 32 hex digits',
    ]);
    expect(await oneItem('Network/DNS', '')).toEqual([
      '1 no-indicator: left out: no indicator in it',
    ]);
  });
});

describe('logic', () => {
  const name = item('FileItem/FileName', 'x.exe');
  const dns = item('Network/DNS', 'bad.example');
  const ip = item('PortItem/remoteIP', '192.0.2.1');
  const hash = item('FileItem/Md5sum', md5);
  const found = `md5 ${md5.toLowerCase()}`;

  test('each branch of an OR is a record; an AND of one is that one', async () => {
    expect(
      await read(ioc(branch('OR', dns, branch('AND', ip), branch('OR', hash)), branch('OR', ip))),
    ).toEqual(['domain bad.example', 'ip 192.0.2.1', found, 'ip 192.0.2.1']);
  });

  test('an AND of several is unsupported as a whole; the numbers go on behind it', async () => {
    const text = ioc(branch('OR', dns, branch('AND', dns, ip), branch('OR', ip, name)));
    expect(await read(text)).toEqual([
      'domain bad.example',
      '2 unsupported: left out: 2 joined by AND',
      'ip 192.0.2.1',
      '5 unsupported: left out: the term "FileItem/FileName"',
    ]);
    const problems = (await results(text)).flatMap((result) => (result.ok ? [] : [result.problem]));
    expect(problems[0]?.row).toBe('Network/DNS is bad.example AND PortItem/remoteIP is 192.0.2.1');
  });

  test('an AND within an AND, and one over branches', async () => {
    expect(await read(ioc(branch('AND', branch('OR', dns), branch('OR', ip))))).toEqual([
      '1 unsupported: left out: 2 joined by AND',
    ]);
    expect(await read(ioc(branch('AND', branch('AND', ip))))).toEqual(['ip 192.0.2.1']);
  });

  test('properties of one file with its hash: the hash says all', async () => {
    const sha = item('FileItem/Sha256sum', sha256);
    expect(await read(ioc(branch('OR', branch('AND', name, hash, sha), ip)))).toEqual([
      'ip 192.0.2.1',
      found,
      `sha256 ${sha256}`,
    ]);
  });

  test.each([
    ['of a file and of something else', [hash, dns]],
    ['of a file, negated', [hash, item('FileItem/FileName', 'x', 'is', 'negate="true"')]],
    ['of a file, a part of its hash', [name, item('FileItem/Md5sum', 'ab', 'contains')]],
    ['of a file, and a branch', [hash, branch('OR', name)]],
  ])('an AND %s is unsupported', async (_name, parts) => {
    expect(await read(ioc(branch('AND', ...parts)))).toEqual([
      '1 unsupported: left out: 2 joined by AND',
    ]);
  });

  test('an operator that is none', async () => {
    expect(await read(ioc(branch('XOR', dns, ip)))).toEqual([
      '1 unsupported: left out: the operator "XOR"',
    ]);
    expect(await read(ioc(branch('AND')))).toEqual([]);
  });
});

describe('the context of a record', () => {
  const about = `<short_description>NAME (FAMILY)</short_description><description>Two
    lines</description><keywords>a</keywords><authored_by>A. Nalyst</authored_by>
    <authored_date>2026-05-08T09:00:00</authored_date>
    <links><link rel="report">https://a.example/r</link><link rel="blog" href="https://a.example/b"/><link>x</link></links>`;
  const content = branch('OR', item('Network/DNS', 'bad.example'));
  const context = [
    ['id', 'x'],
    ['name', 'NAME (FAMILY)'],
    ['description', 'Two lines'],
    ['keywords', 'a'],
    ['authored_by', 'A. Nalyst'],
    ['authored_date', '2026-05-08T09:00:00'],
    ['last_modified', '2026-05-09T09:00:00'],
    ['links', 'report https://a.example/r, blog https://a.example/b, x'],
    ['item_id', 'i'],
    ['term', 'Network/DNS'],
    ['condition', 'is'],
    ['content', 'bad.example'],
  ];

  test.each([
    [
      'OpenIOC 1.0',
      `<ioc xmlns="http://schemas.mandiant.com/2010/ioc" id="x" last-modified="2026-05-09T09:00:00">${about}<definition>${content}</definition></ioc>`,
    ],
    [
      'OpenIOC 1.1',
      `<OpenIOC xmlns="http://openioc.org/schemas/OpenIOC_1.1" id="x" last-modified="2026-05-09T09:00:00" published-date="0001-01-01T00:00:00"><metadata>${about}</metadata><criteria>${content}</criteria><parameters><param id="p" ref-id="i" name="comment"><value>c</value></param></parameters></OpenIOC>`,
    ],
  ])('%s', async (_name, text) => {
    expect(openioc.recognises(Buffer.from(text))).toBe(true);
    const [result] = await results(text);
    if (result?.ok !== true) throw new Error(JSON.stringify(result));
    expect(result.value.context).toEqual(context);
    expect(result.value.fields).toEqual(Object.fromEntries(context));
  });
});

test('an IOC above the limits costs itself', async () => {
  const small = ioc(branch('OR', item('Network/DNS', 'bad.example'))).replace(/^<\?.*?\?>/, '');
  const large = ioc(branch('OR', item('Network/DNS', 'x'.repeat(8_400_000)))).replace(
    /^<\?.*?\?>/,
    '',
  );
  const deep = ioc(branch('OR', '<Indicator>'.repeat(80) + '</Indicator>'.repeat(80)));
  const text = `<iocs>${small}${deep.replace(/^<\?.*?\?>/, '')}${small}</iocs>`;
  expect(await read(text)).toEqual([
    'domain bad.example',
    '2 limit: left out: nested more than 64 levels deep',
    'domain bad.example',
  ]);
  await expect(read(`<iocs>${large}</iocs>`)).rejects.toThrow(ServiceError);
});

test('any text in a value is a record or a problem', async () => {
  const escape = (text: string): string =>
    text.replace(/[^\w. -]/gu, (character) => `&#${character.codePointAt(0)};`);
  const unit = fc.constantFrom(...Array.from('ab.:/*?#,%[]<>& "@-é漢😀'));
  const terms = fc.constantFrom(
    'Network/DNS',
    'Network/URI',
    'PortItem/remoteIP',
    'FileItem/Md5sum',
  );
  const conditions = fc.constantFrom('is', 'contains', 'starts-with', 'ends-with', 'matches');
  await fc.assert(
    fc.asyncProperty(fc.string({ unit }), terms, conditions, async (text, term, condition) => {
      expect(await oneItem(term, escape(text), condition)).toHaveLength(1);
    }),
  );
});

test.each([
  [ioc(), true],
  ['<iocs><ioc/></iocs>', true],
  ['<feed xmlns:i="http://schemas.mandiant.com/2010/ioc"><i:ioc>', true],
  ['<items><item/></items>', false],
  ['<feed><ioc>a.example</ioc></feed>', false],
  ['ioc', false],
])('recognises %j: %j', (text, expected) => {
  expect(openioc.recognises(Buffer.from(text))).toBe(expected);
});
