import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServiceError, type FeedProblem, type FeedRecord } from '../../../forwarder/core/index.js';
import { csv } from '../../../forwarder/feeds/formats/csv.js';
import type { Passed, ReaderOptions } from '../../../forwarder/feeds/formats/format.js';
import { feedFormats } from '../../../forwarder/feeds/formats/index.js';

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
  for await (const result of csv.read(pieces(), { ...options, onPassed })) {
    if (result.ok) outcome.records.push(result.value);
    else outcome.problems.push(result.problem);
  }
  return outcome;
}

async function found(lines: readonly string[], options: ReaderOptions = {}): Promise<string[]> {
  const { records } = await read(lines.join('\n'), options);
  return records.flatMap(({ indicators }) =>
    indicators.map(({ kind, value }) => `${kind} ${value}`),
  );
}

async function errorOf(
  lines: readonly string[],
  options: ReaderOptions = {},
): Promise<ServiceError> {
  try {
    await read(lines.join('\n'), { ...options, origin: 'x.csv' });
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const md5 = 'feaf2058298c1e174c2b79affc7cf4df';

describe('delimiters', () => {
  test.each([[';'], [','], ['\t'], ['|']])('%j is found out', async (delimiter) => {
    const lines = ['id;url;note', '1;http://a.example/x;one', '2;http://b.example/y;"two;2"'];
    const { records, problems } = await read(lines.join('\n').replaceAll(';', delimiter));
    expect(problems).toEqual([]);
    expect(records[1]?.context).toEqual([
      ['id', '2'],
      ['url', 'http://b.example/y'],
      ['note', `two${delimiter}2`],
    ]);
  });

  test('commas in a table of semicolons, and the other way round', async () => {
    expect(
      await found(['url;note', 'http://a.example/x;a, b, c', 'http://b.example/;a, b']),
    ).toHaveLength(2);
    expect(
      await found(['url,note', 'http://a.example/x,a; b', 'http://b.example/,none']),
    ).toHaveLength(2);
  });

  test('the configured one is used', async () => {
    expect(await found(['url^note', 'http://a.example/x;y^n'], { delimiter: '^' })).toEqual([
      'url a.example/x;y',
    ]);
  });

  test('one column is a table too', async () => {
    expect(await found(['url', 'http://a.example/x'])).toEqual(['url a.example/x']);
  });
});

describe('headings and columns', () => {
  test('a commented heading directly before the data, quoted cells with blanks between', async () => {
    const { records, problems, passed } = await read(
      [
        '################',
        '# Recent        #',
        '#',
        '# "first_seen_utc","ioc_id","ioc_value","ioc_type"',
        '"2026-01-02 03:04:05", "390462", "192.0.2.1:1234", "ip:port"',
        '"2026-01-02 03:04:06", "390463", "a.example", "domain"',
        '# Number of entries: 2',
      ].join('\n'),
    );
    expect(problems).toEqual([]);
    expect(records.map(({ indicators }) => indicators[0]?.value)).toEqual([
      '192.0.2.1',
      'a.example',
    ]);
    expect(records[0]?.fields).toEqual({
      first_seen_utc: '2026-01-02 03:04:05',
      ioc_id: '390462',
      ioc_value: '192.0.2.1:1234',
      ioc_type: 'ip:port',
    });
    expect(passed).toEqual(['comment', 'comment', 'comment', 'heading', 'comment']);
  });

  test('the most exact of the usual columns counts', async () => {
    expect(
      await found(['url,host,ip', 'http://a.example/x,a.example,192.0.2.1', ',,192.0.2.2']),
    ).toEqual(['url a.example/x', 'ip 192.0.2.2']);
  });

  test('hashes of several columns are one record', async () => {
    const { records } = await read(`MD5;SHA1;Threat\n${md5};${'a'.repeat(40)};x\n`);
    expect(records[0]?.indicators).toEqual([
      { kind: 'md5', value: md5 },
      { kind: 'sha1', value: 'a'.repeat(40) },
    ]);
  });

  test('by configured headings, in any letter case, and numbers', async () => {
    const lines = ['Name,Address,url', 'x,192.0.2.1,http://b.example/'];
    expect(await found(lines, { fields: [{ path: 'address', kind: 'ip' }] })).toEqual([
      'ip 192.0.2.1',
    ]);
    expect(await found(lines, { fields: [{ path: '2', kind: 'ip' }] })).toEqual(['ip 192.0.2.1']);
    expect(await found(lines.slice(1), { fields: [{ path: '3', kind: 'url' }] })).toEqual([
      'url b.example',
    ]);
  });

  test('a configured column that is not there is refused, with those that are', async () => {
    const error = await errorOf(['a;b', 'http://a.example/;x'], {
      fields: [{ path: 'link', kind: 'url' }],
    });
    expect([error.code, error.where, error.message]).toEqual([
      'TF_FEED',
      'x.csv',
      'There is no column "link" in the feed.',
    ]);
    expect(error.hint).toMatch(/Columns found: 1 "a", 2 "b"\.$/);
  });

  test.each([
    [
      [
        '7;http://a.example/x;http://report.example/7',
        '8;http://b.example/y;http://report.example/8',
      ],
      ['url a.example/x', 'url b.example/y'],
    ],
    [
      [`x.exe;${md5};${'a'.repeat(40)}`, `y.dll;${md5};${'b'.repeat(40)}`],
      [`md5 ${md5}`, `sha1 ${'a'.repeat(40)}`, `md5 ${md5}`, `sha1 ${'b'.repeat(40)}`],
    ],
    [
      ['2026-01-02,bad.example,why', '2026-01-03,worse.example,so'],
      ['domain bad.example', 'domain worse.example'],
    ],
    [
      ['name,what it is', 'x,192.0.2.1', 'y,192.0.2.2'],
      ['ip 192.0.2.1', 'ip 192.0.2.2'],
    ],
  ])('without usual names, by the looks of the first rows: %j', async (lines, expected) => {
    expect(await found(lines)).toEqual(expected);
  });

  test.each<[string, readonly string[], readonly string[]]>([
    [
      'addresses of reports behind names',
      [
        'bad.example,used by necurs,http://reports.example/necurs.txt',
        'worse.example,used by necurs,http://reports.example/necurs.txt',
      ],
      ['domain bad.example', 'domain worse.example'],
    ],
    [
      'URLs on the hosts before them',
      ['bad.example,http://bad.example/a', 'worse.example,http://www.worse.example/b'],
      ['url bad.example/a', 'url worse.example/b'],
    ],
    [
      'URLs behind names of files',
      ['a.exe,http://bad.example/a', 'b.zip,http://worse.example/b'],
      ['url bad.example/a', 'url worse.example/b'],
    ],
    [
      'where visitors came from',
      [
        'time,referrer,landing',
        '1,https://search.example/,http://bad.example/a',
        '2,https://other.example/,http://worse.example/b',
      ],
      ['url bad.example/a', 'url worse.example/b'],
    ],
    [
      'descriptions under a usual name',
      ['#ip,ioc', '198.51.100.50,Possible C2 IP', '198.51.100.51,Possible C2 IP'],
      ['ip 198.51.100.50', 'ip 198.51.100.51'],
    ],
  ])('%s are no indicators', async (_name, lines, expected) => {
    expect(await found(lines)).toEqual(expected);
  });

  test.each([
    [['name,link,date', 'one,https://vendor.example/blog/a,1', 'two,https://lab.example/b,2']],
    [['title,sourceUrl,x', 'one,https://vendor.example/blog/a,1', 'two,https://lab.example/b,2']],
    [['a.example,https://vendor.example/blog/a', 'b.example,https://lab.example/b']],
  ])('where only reports can be seen there is no column: %j', async (lines) => {
    const error = await errorOf(lines);
    expect(error.message).toBe('No column of the feed holds indicators.');
    expect(csv.recognises(Buffer.from(lines.join('\n')))).toBe(true);
  });

  test('a hostile heading and hostile blanks cost no more than their length', async () => {
    const columns = 30_000;
    const heading = `url${',c'.repeat(columns)}`;
    const row = `http://a.example/x${','.repeat(columns)}`;
    const { records } = await read(`${heading}\n${row}\n`);
    expect(records).toHaveLength(1);
    const blanks = `url,note\nhttp://a.example/x,a${' '.repeat(60_000)}b\n`;
    const { records: padded } = await read(blanks.repeat(50).replace(/\nurl,note/g, ''));
    expect(padded).toHaveLength(50);
  });

  test('names of columns without a heading, with an empty one and with a double', async () => {
    const { records } = await read('1;http://a.example/x\n2;http://b.example/x\n');
    expect(records[0]?.context).toEqual([
      ['column_1', '1'],
      ['column_2', 'http://a.example/x'],
    ]);
    const named = await read('url;;note;note\nhttp://a.example/;1;2;3\n');
    expect(named.records[0]?.context.map(([name]) => name)).toEqual([
      'url',
      'column_2',
      'note',
      'note_2',
    ]);
  });

  test('a title above the heading is a row that is left out', async () => {
    const { records, problems, passed } = await read(
      'Exported on Monday\nname;address\nx;192.0.2.1\ny;192.0.2.2\n',
    );
    expect(records.map(({ context }) => context[0])).toEqual([
      ['name', 'x'],
      ['name', 'y'],
    ]);
    expect(problems).toEqual([expect.objectContaining({ record: 1, fault: 'syntax' })]);
    expect(passed).toEqual(['heading']);
  });

  test('no column with indicators: the file is refused', async () => {
    const error = await errorOf(['name;age', 'x;7', 'y;8']);
    expect([error.code, error.message]).toEqual([
      'TF_FEED',
      'No column of the feed holds indicators.',
    ]);
    expect(error.hint).toMatch(/fields/);
  });

  test('names of the prototype are names like any other', async () => {
    const { records } = await read('__proto__;url\nx;http://a.example/\n');
    expect(records[0]?.context).toEqual([
      ['__proto__', 'x'],
      ['url', 'http://a.example/'],
    ]);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('a byte order mark is no part of the first heading', async () => {
    expect(await found(['\ufeffurl;x', 'http://a.example/;1'])).toEqual(['url a.example']);
    expect(await found(['\ufeff"url";"x"', '"http://a.example/";"1"'])).toEqual(['url a.example']);
  });
});

describe('bad rows', () => {
  const good = ['url,note', 'http://a.example/x,one'];
  const last = 'http://z.example/,last';
  test.each([
    ['http://b.example/', 'syntax', 'left out: 1 columns, not 2'],
    ['http://b.example/,x,y', 'syntax', 'left out: 3 columns, not 2'],
    ['"http://b.example/,x', 'syntax', 'left out: a quote is not closed'],
    ['"http://b.example/"x,y', 'syntax', 'left out: there is text behind a closing quote'],
    [',x', 'no-indicator', 'left out: no indicator in it'],
    ['x y,z', 'bad-indicator', 'left out: url "x y" is no URL and no mask'],
    ['http://b.example/\ufffd,x', 'encoding', 'left out: "b.example/\ufffd" is not UTF-8'],
    [`http://b.example/,${'x'.repeat(70_000)}`, 'limit', 'left out: longer than 65536 bytes'],
  ])('%j', async (row, fault, reason) => {
    const { records, problems } = await read([...good, row, last].join('\n'));
    expect(records.map(({ context }) => context[1]?.[1])).toEqual(['one', 'last']);
    expect(problems).toEqual([{ record: 3, fault, reason, ...(fault === 'limit' ? {} : { row }) }]);
  });

  test('an open quote costs its line, wherever the quotes after it stand', async () => {
    const rows = [
      '"http://b.example/,x',
      '"http://c.example/","3"',
      '# no comment?',
      '"http://d.example/","4',
      '5"',
      last,
    ];
    const { records, problems } = await read([...good, ...rows].join('\n'));
    expect(records.map(({ context }) => context[1]?.[1])).toEqual(['one', '3', '4\n5', 'last']);
    expect(problems.map(({ record, fault }) => [record, fault])).toEqual([[3, 'syntax']]);
  });

  test('an open quote does not swallow a long file', async () => {
    const rows = Array.from({ length: 5000 }, (_, index) => `http://b.example/${index},x`);
    const { records, problems } = await read(
      [...good, 'http://c.example/,"open', ...rows].join('\n'),
    );
    expect(records).toHaveLength(5001);
    expect(problems.map(({ record }) => record)).toEqual([3]);
  });

  test('bytes that are no UTF-8 do no harm beside the indicator', async () => {
    const { records, problems } = await read('url;md5;note\nhttp://a.example/;;caf\ufffd\n');
    expect([records.length, problems]).toEqual([1, []]);
    const both = await read(`url;md5\nhttp://a.example/\ufffd;${md5}\n`);
    expect(both.records[0]?.indicators).toEqual([{ kind: 'md5', value: md5 }]);
    expect(both.problems).toEqual([expect.objectContaining({ record: 2, fault: 'encoding' })]);
  });

  test('a delimiter at the end of each row is none', async () => {
    expect(await found(['url,note', 'http://a.example/,1,', 'http://b.example/,2,'])).toHaveLength(
      2,
    );
  });
});

describe('recognition', () => {
  const formatOf = (lines: readonly string[]): string | undefined =>
    feedFormats.find((format) => format.recognises(Buffer.from(lines.join('\n'))))?.name;

  test.each([
    [['url;type', 'http://a.example/x;malware']],
    [['# a table', '', '"id","dateadded","url"', '"1","x","http://a.example/"']],
    [
      [
        '# id,dateadded,url',
        '"1","2026-01-02","http://a.example/"',
        '"2","2026-01-02","http://b.example/"',
      ],
    ],
    [['1\thttp://a.example/x\tone', '2\thttp://b.example/x\ttwo']],
    [['md5;family', `${md5};x`]],
  ])('a table: %j', (lines) => {
    expect(formatOf(lines)).toBe('csv');
  });

  test.each([
    [['# MD5;COMMENT', `${md5};family one`, `${'a'.repeat(40)};family two`]],
    [[`${md5},x`, `${md5},y`]],
    [[`${md5}  file.exe`, `${md5}  other.exe`]],
    [['127.0.0.1\tlocalhost', '0.0.0.0\ta.example', '0.0.0.0\tb.example']],
    [['a.example', 'b.example']],
    [['192.0.2.1 ; note', '192.0.2.2 ; note']],
    [['http://a.example/x;y', 'http://b.example/x;z']],
    [['# nothing today']],
  ])('a list: %j', (lines) => {
    expect(formatOf(lines)).toBe('list');
  });

  test('neither binary nor prose', () => {
    expect(csv.recognises(Buffer.from('url;x\u0000'))).toBe(false);
    expect(
      csv.recognises(Buffer.from('Dear reader,\nthis is a text, and no table.\nNot, ever.')),
    ).toBe(false);
  });
});

/** Writes a cell as RFC 4180 says; quotes are only left out where they may be. */
function written(cell: string, delimiter: string, isQuoted: boolean): string {
  const mustQuote = /["\r\n#]|^[ \t]|[ \t]$/.test(cell) || cell.includes(delimiter);
  return isQuoted || mustQuote ? `"${cell.replaceAll('"', '""')}"` : cell;
}

test('agrees with any table that was written with proper quotes, in any pieces', async () => {
  const cell = fc
    .array(
      fc.constantFrom('a', 'Я', '7', '"', ';', ',', '\t', '|', ' ', '\n', '#', "'", '\\', '😀'),
      { maxLength: 8 },
    )
    .map((parts) => parts.join(''));
  const row = fc.tuple(fc.nat(99), cell, cell, fc.boolean());
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 90 }),
      fc.constantFrom(';', ',', '\t', '|'),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 60 }),
      async (rows, delimiter, end, size) => {
        const table = rows.map(([id, first, second, isQuoted]) =>
          [first, `http://a.example/${id}`, second]
            .map((text) => written(text, delimiter, isQuoted))
            .join(delimiter),
        );
        const text = [['first', 'url', 'second'].join(delimiter), ...table, ''].join(end);
        const { records, problems, passed } = await read(text, { delimiter }, size);
        expect(problems).toEqual([]);
        expect(passed).toEqual(['heading']);
        expect(records.map(({ fields }) => fields)).toEqual(
          rows.map(([id, first, second]) => ({ first, url: `http://a.example/${id}`, second })),
        );
      },
    ),
  );
});

test('any lines give a result for each, or one error', async () => {
  const line = fc.array(
    fc.constantFrom('a.example', 'http://b.example/', md5, '"', ';', ' ', '#', 'x'),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        line.map((parts) => parts.join('')),
        { maxLength: 40 },
      ),
      async (lines) => {
        try {
          const { records, problems, passed } = await read(
            lines.map((text) => `${text}\n`).join(''),
            { delimiter: ';' },
          );
          expect(records.length + problems.length + passed.length).toBeLessThanOrEqual(
            lines.length * 2,
          );
          // Rows of several lines take lines without a word; every other line is accounted for.
          const several = records.reduce(
            (sum, { context }) =>
              sum +
              context.map(([, value]) => value.split('\n').length - 1).reduce((a, b) => a + b, 0),
            0,
          );
          const rows = problems.reduce((sum, { row = '' }) => sum + row.split('\n').length - 1, 0);
          expect(
            records.length + problems.length + passed.length + several + rows,
          ).toBeGreaterThanOrEqual(lines.length);
        } catch (error) {
          if (!(error instanceof ServiceError)) throw error;
        }
      },
    ),
  );
});
