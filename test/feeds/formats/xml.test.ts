import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FeedProblem, FeedRecord, Result } from '../../../forwarder/core/index.js';
import { ServiceError } from '../../../forwarder/core/index.js';
import type { ReaderOptions } from '../../../forwarder/feeds/formats/format.js';
import { xml } from '../../../forwarder/feeds/formats/xml.js';

type Item = Result<FeedRecord, FeedProblem>;

async function readBytes(
  chunks: Iterable<Uint8Array>,
  options: ReaderOptions = {},
): Promise<Item[]> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield await Promise.resolve(chunk);
  }
  const results: Item[] = [];
  for await (const result of xml.read(bytes(), options)) results.push(result);
  return results;
}

const read = (text: string, options?: ReaderOptions): Promise<Item[]> =>
  readBytes([Buffer.from(text)], options);

async function errorOf(run: Promise<unknown>): Promise<ServiceError> {
  try {
    await run;
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function valuesOf(results: readonly Item[]): string[] {
  return results.map((result) =>
    result.ok
      ? result.value.indicators.map(({ kind, value }) => `${kind} ${value}`).join(' + ')
      : `${result.problem.fault}: ${result.problem.reason}`,
  );
}

const indicators = async (text: string, options?: ReaderOptions): Promise<string[]> =>
  valuesOf(await read(text, options));

describe('the fields of a record', () => {
  test('attributes, children, repeated children, text beside attributes', async () => {
    const [result] = await read(
      '<l xmlns:p="u"><p:r p:id="7" xmlns="v"><ip>192.0.2.1</ip><ip>192.0.2.2</ip><g n="x"> t <b/></g></p:r><r/></l>',
    );
    if (result?.ok !== true) throw new Error(JSON.stringify(result));
    expect(result.value.fields).toEqual({
      id: '7',
      ip: ['192.0.2.1', '192.0.2.2'],
      g: { n: 'x', b: '', '#text': 't' },
    });
    expect(result.value.context).toEqual([
      ['id', '7'],
      ['ip', '192.0.2.1, 192.0.2.2'],
      ['g/n', 'x'],
      ['g', 't'],
    ]);
  });

  test('names that objects have of themselves are names like any other', async () => {
    const [result] = await read(
      '<l><r><url>a.example/x</url><__proto__>a</__proto__><constructor>b</constructor></r></l>',
    );
    if (result?.ok !== true) throw new Error(JSON.stringify(result));
    expect(result.value.context).toEqual([
      ['url', 'a.example/x'],
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });

  test('any text comes out as it went in', async () => {
    const characters = fc.constantFrom(...Array.from(`ab <>&"'\t\n]-!?;#й漢😀`));
    const text = fc.string({ unit: characters, maxLength: 40 });
    const escape = (value: string): string =>
      value.replace(/[&<>"\t\n]/g, (character) => `&#${character.charCodeAt(0)};`);
    await fc.assert(
      fc.asyncProperty(text, text, fc.nat(), async (inText, inAttribute, at) => {
        const bytes = Buffer.from(
          `<l><r a="${escape(inAttribute)}"><ip>192.0.2.1</ip><t>${escape(inText)}</t></r></l>`,
        );
        const cut = at % bytes.length;
        const [result] = await readBytes([bytes.subarray(0, cut), bytes.subarray(cut)]);
        if (result?.ok !== true) throw new Error(JSON.stringify(result));
        expect(result.value.fields).toEqual({
          a: inAttribute,
          ip: '192.0.2.1',
          t: inText.trim(),
        });
      }),
    );
  });

  test('the row is the text of the record, however the bytes are cut', async () => {
    const row = '<p:r n="й">\r\n<t>x</t></p:r>';
    const bytes = Buffer.from(`<l xmlns:p="u"><p:r ip="192.0.2.1"/>${row}</l>`);
    for (let at = 0; at < bytes.length; at++) {
      const results = await readBytes([bytes.subarray(0, at), bytes.subarray(at)]);
      expect(results[1]).toEqual({ ok: false, problem: expect.objectContaining({ row }) });
    }
  });
});

describe('which elements are records', () => {
  test.each([
    ['several elements below the root', '<l><r><ip>192.0.2.1</ip></r><r ip="192.0.2.2"/></l>'],
    ['a list of values', '<l><ip>192.0.2.1</ip><ip>192.0.2.2</ip></l>'],
    ['a list within an element', '<l><v>1</v><s><ip>192.0.2.1</ip><ip>192.0.2.2</ip></s></l>'],
    [
      'what repeats, not what describes the feed',
      '<l><m><url>b.example</url></m><s><r><ip>192.0.2.1</ip></r><r><ip>192.0.2.2</ip></r></s></l>',
    ],
    [
      'several lists',
      '<l><a><r ip="192.0.2.1"/><r/></a><b><q><d><ip>192.0.2.9</ip></d></q><q ip="192.0.2.2"/></b></l>',
    ],
  ])('%s', async (_name, text) => {
    const found = await indicators(text);
    expect(found.filter((value) => value.startsWith('ip'))).toEqual([
      'ip 192.0.2.1',
      'ip 192.0.2.2',
    ]);
  });

  test('one record only, however deep', async () => {
    expect(await indicators('<l><s><r><ip>192.0.2.1</ip><t>x</t></r></s></l>')).toEqual([
      'ip 192.0.2.1',
    ]);
    const error = await errorOf(
      read('<l><m><url>b.example</url></m><s><r><ip>192.0.2.1</ip></r></s></l>'),
    );
    expect(error.message).toBe('The feed has indicators at several places, each once: l/m, l/s/r.');
  });

  test('without any indicator, what is there is told', async () => {
    expect(await indicators('<l><r><a>1</a></r><r/></l>')).toEqual([
      'no-indicator: left out: no indicator in it',
      'no-indicator: left out: no indicator in it',
    ]);
    expect(await indicators('<l><r/></l>')).toHaveLength(1);
  });

  const nested =
    '<feed><ip>192.0.2.9</ip><items><item><ip>192.0.2.1</ip></item><entry ip="192.0.2.2"/></items></feed>';
  test.each([
    ['feed/items/item', ['ip 192.0.2.1']],
    ['items/item', ['ip 192.0.2.1']],
    ['item', ['ip 192.0.2.1']],
    ['feed/items/*', ['ip 192.0.2.1', 'ip 192.0.2.2']],
    ['*/?tem', ['ip 192.0.2.1']],
    ['items/e*y', ['ip 192.0.2.2']],
    ['feed', ['ip 192.0.2.9']],
    ['feed/i.ems/item', []],
  ])('rootElement %s', async (rootElement, expected) => {
    expect(await indicators(nested, { rootElement })).toEqual(expected);
  });

  test('what stands beside the records is counted', async () => {
    const passed: string[] = [];
    await read(nested, { rootElement: 'items/item', onPassed: (what) => passed.push(what) });
    expect(passed).toEqual(['other', 'other']);
  });
});

test('the address of a report is none of its indicators', async () => {
  const report = (name: string): string =>
    `<report><url>https://vendor.example/${name}</url><indicators><indicator><domain>${name}.example</domain></indicator></indicators></report>`;
  expect(await indicators(`<reports>${report('a')}${report('b')}</reports>`)).toEqual([
    'domain a.example',
    'domain b.example',
  ]);
});

describe('indicators', () => {
  test('by the usual names in any letter case, of the first level', async () => {
    const md5 = 'A'.repeat(32);
    const text = `<l><r><Mask>*.a.example/*</Mask><URL t="1">hxxp://b[.]example/x</URL><IP>192.0.2.0/24</IP><Domain>c.example</Domain><HOST>d.example</HOST><md5>${md5}</md5><Sha1>${'b'.repeat(40)}</Sha1><SHA256>${'c'.repeat(64)}</SHA256><x><ip>192.0.2.9</ip></x></r><r/></l>`;
    const [first] = await indicators(text);
    expect(first).toBe(
      [
        'url *.a.example/*',
        'url b.example/x',
        'cidr 192.0.2.0/24',
        'domain c.example',
        'domain d.example',
        `md5 ${md5.toLowerCase()}`,
        `sha1 ${'b'.repeat(40)}`,
        `sha256 ${'c'.repeat(64)}`,
      ].join(' + '),
    );
  });

  test('by configured fields: paths, attributes, text beside attributes', async () => {
    const text =
      '<l><r><ip>192.0.2.9</ip><net><addr v="4">192.0.2.1</addr></net><q h="a.example"/></r><r><net><addr>192.0.2.2</addr></net></r></l>';
    const fields = [
      { path: 'net/addr', kind: 'ip' },
      { path: 'q/h', kind: 'domain' },
    ] as const;
    expect(await indicators(text, { fields })).toEqual([
      'ip 192.0.2.1 + domain a.example',
      'ip 192.0.2.2',
    ]);
  });

  test('a part that cannot be used is told beside the record', async () => {
    expect(await indicators('<l><r><ip>192.0.2.1</ip><ip>x</ip></r><r/></l>')).toEqual([
      'ip 192.0.2.1',
      expect.stringContaining('bad-indicator: its other indicators are used: ip "x" is no IP'),
      expect.stringContaining('no-indicator'),
    ]);
  });
});

test('of many faults of a record the first are told', async () => {
  const [only] = await indicators(`<l><r>${'<ip>x</ip>'.repeat(15)}</r></l>`, { rootElement: 'r' });
  expect(only).toMatch(/^bad-indicator: left out: (?:ip "x" is no [^;]*; ){10}and 5 more$/);
});

describe('limits', () => {
  const around = (inner: string): string =>
    `<l><r ip="192.0.2.1"/><r ip="192.0.2.2">${inner}</r><r ip="192.0.2.3"/></l>`;

  test.each([
    ['size', `<t>${'x'.repeat(1_048_576)}</t>`, /larger than 1048576 characters/],
    ['depth', '<a>'.repeat(64) + '</a>'.repeat(64), /nested more than 64 levels deep/],
    ['fields', '<a/>'.repeat(10_000), /more than 10000 elements and attributes/],
  ])('a record above the limit of %s costs itself', async (_name, inner, reason) => {
    const found = await indicators(around(inner));
    expect(found).toEqual(['ip 192.0.2.1', expect.stringMatching(reason), 'ip 192.0.2.3']);
    expect(found[1]).toMatch(/^limit: left out: /);
  });

  test('just within them', async () => {
    expect(await indicators(around(`<t>${'x'.repeat(1_048_000)}</t>`))).toHaveLength(3);
    expect((await indicators(around('<a>'.repeat(63) + '</a>'.repeat(63))))[1]).toMatch(/^ip/);
    expect((await indicators(around('<a/>'.repeat(9998))))[1]).toMatch(/^ip/);
  });

  test('a text without end fails the file and is not kept', async () => {
    let given = 0;
    function* endless(): Generator<Uint8Array> {
      yield Buffer.from('<l><r><ip>');
      for (;;) {
        given += 1;
        yield Buffer.alloc(65_536, 0x78);
      }
    }
    const error = await errorOf(readBytes(endless()));
    expect(error.message).toContain('more than 8388608 characters');
    expect(given).toBeLessThan(140);
  });

  test('a document nested without end fails', async () => {
    const error = await errorOf(read('<a>'.repeat(300)));
    expect(error.message).toContain('nested more than 256 levels deep');
  });

  test('a name without end fails', async () => {
    const error = await errorOf(read(`<l><${'n'.repeat(2000)}/></l>`));
    expect(error.message).toContain('a name of more than 1000 characters');
  });
});

describe('what fails as a whole', () => {
  test('entities: a billion laughs stay one line', async () => {
    const lols = Array.from(
      { length: 9 },
      (_, n) => `<!ENTITY lol${n + 1} "${`&lol${n};`.repeat(10)}">`,
    ).join('\n');
    const text = `<?xml version="1.0"?>\n<!DOCTYPE l [\n<!ENTITY lol0 "lol">\n${lols}\n]>\n<l><r ip="&lol9;"/></l>`;
    const error = await errorOf(read(text, { origin: 'f.xml' }));
    expect(error.message).toContain('entities are not expanded');
    expect(error.where).toMatch(/^f\.xml: byte \d+, line 13$/);
  });

  test('an entity of a file elsewhere is not fetched', async () => {
    const error = await errorOf(
      read('<!DOCTYPE l [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><l/>'),
    );
    expect(error.message).toContain('entities are not expanded');
  });

  test('a DOCTYPE without entities is passed over', async () => {
    expect(
      await indicators('<!DOCTYPE l SYSTEM "l.dtd"><l><r ip="192.0.2.1"/><r ip="192.0.2.2"/></l>'),
    ).toHaveLength(2);
  });

  test('malformed: the records before it come first, the place is exact', async () => {
    const text = '<l>\n<r ip="192.0.2.1" n="йй"/>\n<r ip="192.0.2.2"/>\n<r></x></l>';
    const bytes = Buffer.from(text);
    const seen: Item[] = [];
    async function* whole(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(bytes);
    }
    const error = await errorOf(
      (async () => {
        for await (const result of xml.read(whole(), { origin: 'f' })) seen.push(result);
      })(),
    );
    expect(valuesOf(seen)).toEqual(['ip 192.0.2.1', 'ip 192.0.2.2']);
    expect(error.where).toBe(`f: byte ${bytes.indexOf('</x>') + 4}, line 4`);
    expect(error.message).toContain('unexpected close tag');
  });

  test('HTML entities: the hint says what to write', async () => {
    const error = await errorOf(read('<l><r>&eacute;</r></l>'));
    expect(error.hint).toContain('&#233;');
  });
});

test('any split of a damaged file gives the same records and fails alike', async () => {
  const good = Buffer.from(
    '<?xml version="1.0"?>\r\n<!-- й -->\n<l>\r\n<r n="😀"><ip>192.0.2.1</ip><![CDATA[a]]></r><r ip="192.0.2.2"/><?p x?></l>\r\n',
  );
  const outcome = async (chunks: Iterable<Uint8Array>): Promise<unknown> => {
    const seen: Item[] = [];
    async function* bytes(): AsyncGenerator<Uint8Array> {
      for (const chunk of chunks) yield await Promise.resolve(chunk);
    }
    try {
      for await (const result of xml.read(bytes())) seen.push(result);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return [seen, error.code];
    }
    return [seen];
  };
  const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(127)), { maxLength: 2 });
  await fc.assert(
    fc.asyncProperty(changes, fc.array(fc.nat(good.length), { maxLength: 8 }), async (all, at) => {
      const bytes = Buffer.from(good);
      for (const [place, byte] of all) bytes[place] = byte;
      const edges = [0, ...at.sort((a, b) => a - b), bytes.length];
      const chunks = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
      expect(await outcome(chunks)).toEqual(await outcome([bytes]));
    }),
    { numRuns: 500 },
  );
});

describe('encodings', () => {
  const head = (encoding: string): string => `<?xml version='1.0' encoding='${encoding}'?>`;
  const body = (name: string): string =>
    `<l><r ip="192.0.2.1"><n>${name}</n></r><r ip="192.0.2.2"/></l>`;

  test.each([
    ['UTF-8', Buffer.from('é')],
    ['US-ASCII', Buffer.from('é')],
    ['ISO-8859-1', Buffer.from([0xe9])],
    ['windows-1252', Buffer.from([0xe9])],
    ['utf-8', Buffer.from('é')],
  ])('%s', async (encoding, name) => {
    const [before, after] = body('|').split('|') as [string, string];
    const bytes = Buffer.concat([
      Buffer.from(`\n ${head(encoding)}${before}`),
      name,
      Buffer.from(after),
    ]);
    const chunks = Array.from(bytes, (byte) => Uint8Array.of(byte));
    for (const cut of [[bytes], chunks]) {
      const [first] = await readBytes(cut);
      if (first?.ok !== true) throw new Error(JSON.stringify(first));
      expect(first.value.fields?.['n']).toBe('é');
    }
  });

  test('Cyrillic', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${head('windows-1251')}<l><r ip="192.0.2.1" n="`),
      Buffer.from([0xd2, 0xf0]),
      Buffer.from('"/><r ip="192.0.2.2"/></l>'),
    ]);
    const [first] = await readBytes([bytes]);
    expect(first?.ok === true && first.value.context[1]).toEqual(['n', 'Тр']);
  });

  test('bytes of another encoding cost their record', async () => {
    const bytes = Buffer.from(body('\u0001'));
    bytes[bytes.indexOf(1)] = 0xe9;
    expect(valuesOf(await readBytes([bytes]))).toEqual([
      'encoding: left out: it holds bytes that are not of the encoding of the file',
      'ip 192.0.2.2',
    ]);
  });

  test.each([
    ['a declared one', Buffer.from(`${head('EUC-JP')}${body('x')}`), 'euc-jp'],
    ['one that does not exist', Buffer.from(`${head('iso-8859-77')}${body('x')}`), 'iso-8859-77'],
    ['UTF-16', Buffer.from(`\ufeff${body('x')}`, 'utf16le'), 'utf-16'],
    ['UTF-16 without a mark', Buffer.from(body('x'), 'utf16le'), 'utf-16'],
  ])('%s is refused by name', async (_name, bytes, encoding) => {
    const error = await errorOf(readBytes([bytes]));
    expect(error.message).toBe(`The feed is XML in the encoding "${encoding}", which is not read.`);
    expect(error.hint).toContain('UTF-8');
  });
});

test.each([
  ['<?xml version="1.0"?><l/>', true],
  ['<items>', true],
  ['<!-- c --><l/>', true],
  ['<!DOCTYPE html><html>', false],
  ['<HTML><head>', false],
  ['<?xml version="1.0"?>\n<!-- c -->\n<html xmlns="x">', false],
  ['a.example', false],
  ['<1>', false],
])('recognises %j: %j', (text, expected) => {
  expect(xml.recognises(Buffer.from(text))).toBe(expected);
});
