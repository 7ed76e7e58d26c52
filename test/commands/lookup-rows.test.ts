import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';

import { readLookupOptions } from '../../forwarder/commands/support/lookup/lookup-options.js';
import { runRows } from '../../forwarder/commands/support/lookup/rows/run-rows.js';
import { readRecords } from '../../forwarder/commands/support/lookup/rows/record-reader.js';
import { failure, fakePortal } from '../lookup/cache/fake-portal.js';
import { hitsOf, knowingPortal, rowsFolder } from './lookup-support.js';
import type { RowsFolder } from './lookup-support.js';

let folder: RowsFolder;

beforeEach(async () => {
  folder = await rowsFolder();
});
afterEach(async () => {
  await folder.remove();
});

const csv = { csv: 'in', column: 'src', fields: 'KLZone,KLHits' };

/** Rows with 250 addresses at most, one of which comes again every so many rows. */
function rowsText(count: number, values: number): string {
  const rows = Array.from(
    { length: count },
    (_, number) => `${number},192.0.2.${number % values},"note, ${number}"`,
  );
  return `id,src,note\n${rows.join('\n')}\n`;
}

function expectedText(count: number, values: number): string {
  const [, ...rows] = rowsText(count, values).trimEnd().split('\n');
  const done = rows.map((row) => {
    const value = row.split(',')[1] ?? '';
    return `${row},${value.endsWith('1') ? 'Red' : 'Green'},${hitsOf(value)}`;
  });
  return `id,src,note,$KLZone,$KLHits\n${done.join('\n')}\n`;
}

async function problemOf(running: Promise<unknown>): Promise<{
  readonly code?: string;
  readonly text: string;
}> {
  try {
    await running;
  } catch (error) {
    const { code, message, where, hint } = error as Record<string, string | undefined>;
    return { ...(code === undefined ? {} : { code }), text: `${where}: ${message} | ${hint}` };
  }
  throw new Error('there was no fault');
}

describe('CSV', () => {
  test('keeps every byte of the rows, and adds quoted cells', async () => {
    const rows: readonly (readonly [string, string])[] = [
      ['\u00ef\u00bb\u00bf"src",b\r\n', ',$KLZone,$KLCategory'],
      ['192.0.2.1,x\r\n', ',Red,"A, ""B"", Ç\r\nD"'],
      ['"192.0.2.2","a ""q"",\r\n\nb"\r\n', ',Green,"A, ""B"", Ç\r\nD"'],
      [' 192[.]0[.]2[.]1 ,"\u00ff\u00fe"\n', ',Red,"A, ""B"", Ç\r\nD"'],
      ['no value,\r\n', ',,'],
      ['\r\n', ''],
      [',y\r\n', ',,'],
      ['192.0.2.1,x"y\r\n', ',Red,"A, ""B"", Ç\r\nD"'],
    ];
    const last = '192.0.2.1';
    const input = `${rows.map(([row]) => row).join('')}${last}`;
    await folder.write('in', Buffer.from(input, 'latin1'));
    const code = await folder.run(knowingPortal(), { ...csv, fields: 'KLZone,$KLCategory' });
    expect(code).toBe(1);
    const added = (text: string): string => Buffer.from(text).toString('latin1');
    const expected = rows.map(([row, addition]) =>
      row.replace(/(\r?\n)$/, (end) => `${added(addition)}${end}`),
    );
    // A row that is too short gets the cells that are missing, and the last one a line end.
    expected.push(`${last},${added(',Red,"A, ""B"", Ç\r\nD"')}\r\n`);
    const output = await readFile(join(folder.path, 'out'), 'latin1');
    expect(output).toBe(expected.join(''));
  });

  test('is what another reader of CSV takes it for', async () => {
    const cells = ['192.0.2.1', 'a"b', ',', '\n', '\r\n', '', ' ', 'é;', '"', '""', 'x'];
    const rows = Array.from({ length: 300 }, (_, number) =>
      [1, 7, 11].map((step) => cells[(number * step + (number >> 3)) % cells.length] ?? ''),
    );
    const text = [['src', 'b', 'c'], ...rows]
      .map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','))
      .join('\n');
    await folder.write('in', text);
    await folder.run(knowingPortal(), csv);
    const found: string[][] = parse(await folder.read('out'));
    expect(found.slice(1).map((row) => row.slice(0, 3))).toEqual(rows);
    expect(found.slice(1).map((row) => row.slice(3))).toEqual(
      rows.map(([value]) => (value === '192.0.2.1' ? ['Red', '10'] : ['', ''])),
    );
  });

  test.each([
    ['semicolons', 'id;src;n\n1;192.0.2.1;a,b\n', 'src', '1;192.0.2.1;a,b;Red;10'],
    ['tabs', 'id\tsrc\n1\t192.0.2.1\n', 'SRC', '1\t192.0.2.1\tRed\t10'],
    ['the number of the column', 'id,src\n1,192.0.2.1\n', '2', '1,192.0.2.1,Red,10'],
    ['one column', 'src\n192.0.2.1\n', 'src', '192.0.2.1,Red,10'],
  ])('is understood with %s', async (_, text, column, row) => {
    await folder.write('in', text);
    expect(await folder.run(knowingPortal(), { ...csv, column })).toBe(0);
    const [heading = '', first] = (await folder.read('out')).split('\n');
    expect(heading).toMatch(/\$KLZone.\$KLHits$/);
    expect(first).toBe(row);
  });

  test('without a heading the first row is one like the others', async () => {
    await folder.write('in', 'a|192.0.2.1\nb|192.0.2.2\n');
    const given = { ...csv, column: '2', heading: false, delimiter: '|' };
    expect(await folder.run(knowingPortal(), given)).toBe(0);
    expect(await folder.read('out')).toBe('a|192.0.2.1|Red|10\nb|192.0.2.2|Green|20\n');
  });

  test('without a heading, in quotes behind a byte order mark', async () => {
    await folder.write('in', '\ufeff"192.0.2.1","a,b"\n');
    const given = { ...csv, column: '1', heading: false };
    expect(await folder.run(knowingPortal(), given)).toBe(0);
    expect(await folder.read('out')).toBe('\ufeff"192.0.2.1","a,b",Red,10\n');
  });

  test.each([
    [
      'several columns of that name',
      'src,a,src\n1,2,3\n',
      'several columns "src" | name one of 1, 3',
    ],
    ['by letter case only', 'SRC,Src\n1,2\n', 'several columns "src" | name one of 1, 2'],
    ['none, and no escapes of its heading', 'a\u001b[31m,"b\nc"\n', 'a\\u001b[31m, b\\u000ac'],
    ['one nearly', 'sr\u009bc\n1\n', 'perhaps "sr\\u009bc" is meant'],
    ['nothing at all', '', 'there are no rows in it'],
  ])('with %s is refused', async (_title, text, said) => {
    await folder.write('in', text);
    const problem = await problemOf(folder.run(knowingPortal(), csv));
    expect(problem.code).toBe('TF_USAGE');
    expect(problem.text).toContain(said);
  });

  test('gets every documented column of the functions, contacts only when named', async () => {
    await folder.write('in', 'src\n192.0.2.1\n');
    await folder.run(knowingPortal(), { csv: 'in', column: 'src' }, ['ip']);
    const names = (await folder.read('out')).split('\n')[0]?.split(',') ?? [];
    expect(names).toEqual(expect.arrayContaining(['$KLZone', '$KLASN', '$KLIPRange']));
    expect(names.filter((name) => name.includes('<'))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    await folder.run(knowingPortal(), { ...csv, fields: 'KLOwnerEmail' }, ['ip']);
    expect(await folder.read('out')).toMatch(/^src,\$KLOwnerEmail\n/);
  });
});

describe('JSON lines', () => {
  test('keep what they hold, and get a key for each field there is', async () => {
    const lines = [
      '{"a":{"src":"192.0.2.1"},"long":12345678901234567890 }',
      '{"a.src":"192.0.2.2","é":"\\u00e9"}\r',
      'no json }',
      '{"a":{"src":7}}',
      '["192.0.2.1"]',
      '',
      '{"a":{"src":"nothing"}}',
    ];
    await folder.write('in', lines.join('\n'));
    const given = { ndjson: 'in', field: 'a.src', fields: 'KLZone,KLHits,KLASN' };
    expect(await folder.run(knowingPortal(), given)).toBe(1);
    const out = (await folder.read('out')).split('\n');
    expect(out).toEqual([
      '{"a":{"src":"192.0.2.1"},"long":12345678901234567890 ,"$KLZone":"Red","$KLHits":10}',
      '{"a.src":"192.0.2.2","é":"\\u00e9","$KLZone":"Green","$KLHits":20}\r',
      ...lines.slice(2),
      '',
    ]);
  });
});

describe('rows', () => {
  test('of equal values are one lookup each, so many at a time, and stay in order', async () => {
    const waiting: (() => void)[] = [];
    const portal = knowingPortal({
      // The later one is answered first.
      gate: () =>
        new Promise((resolve) => {
          waiting.push(resolve);
          setImmediate(() => waiting.pop()?.());
        }),
    });
    await folder.write('in', rowsText(3000, 100));
    expect(await folder.run(portal, csv)).toBe(0);
    expect(await folder.read('out')).toBe(expectedText(3000, 100));
    expect(portal.asked).toHaveLength(100);
    expect(portal.inFlight.most).toBe(4);
    await expect(stat(join(folder.path, 'out.state'))).rejects.toThrow('ENOENT');
  });

  test('of values that are written differently and mean the same are one lookup', async () => {
    const others = Array.from({ length: 20 }, (_, number) => `192.0.2.${number + 2}`);
    const texts = ['192.0.2.1', ...others, '192[.]0[.]2[.]1', ' 192.0.2.1'];
    await folder.write('in', `src\n${texts.join('\n')}\n`);
    const portal = knowingPortal();
    expect(await folder.run(portal, csv)).toBe(0);
    expect(portal.asked).toHaveLength(21);
    const out = (await folder.read('out')).trimEnd().split('\n');
    expect(out.slice(-2)).toEqual(['192[.]0[.]2[.]1,Red,10', ' 192.0.2.1,Red,10']);
  });

  test('whose value the portal refuses or does not know stay empty', async () => {
    const portal = fakePortal(({ value }) =>
      value === '192.0.2.1' ? failure('bad-request') : 'no-data',
    );
    await folder.write('in', 'src\n192.0.2.1\n192.0.2.2\n192.0.2.1\n');
    expect(await folder.run(portal, csv)).toBe(1);
    expect(await folder.read('out')).toBe(
      'src,$KLZone,$KLHits\n192.0.2.1,,\n192.0.2.2,,\n192.0.2.1,,\n',
    );
    expect(portal.asked).toHaveLength(2);
    await folder.write('in', 'src\n192.0.2.2\n-\n\n');
    expect(await folder.run(portal, csv)).toBe(0);
  });

  test.each([1, 7, 60])('that end after %i lookups go on, each once', async (after) => {
    const whole = rowsText(2000, 100);
    await folder.write('in', whole);
    const broken = fakePortal(({ value }, sections) =>
      broken.asked.length > after
        ? failure('quota-exceeded', 'the quota is used up')
        : replyOf(value, sections),
    );
    const problem = await problemOf(folder.run(broken, csv));
    expect(problem.code).toBe('TF_PEER_UNAVAILABLE');
    const rows = (await folder.read('out')).split('\n').length - 2;
    expect(problem.text).toContain(`the quota is used up; ${rows} rows are done`);
    expect(problem.text).toContain('--resume go on there');
    expect(rows).toBeGreaterThanOrEqual(Math.max(0, after - 4));
    expect(expectedText(2000, 100)).toContain(await folder.read('out'));

    // What a write that was killed may have left, and more of it than is to come.
    const left = '99,192.0.2.9,"hal'.repeat(20_000);
    await writeFile(join(folder.path, 'out'), left, { flag: 'a' });
    const portal = knowingPortal();
    expect(await folder.run(portal, { ...csv, resume: true })).toBe(0);
    expect(await folder.read('out')).toBe(expectedText(2000, 100));
    expect(portal.asked.length).toBeLessThanOrEqual(100);
  });

  test('JSON lines go on too', async () => {
    const lines = Array.from({ length: 50 }, (_, number) => `{"ip":"192.0.2.${number}"}`);
    await folder.write('in', lines.join('\n'));
    const given = { ndjson: 'in', field: 'ip', fields: 'KLHits' };
    const broken = fakePortal(({ value }, sections) =>
      value === '192.0.2.30' ? failure('unreachable') : replyOf(value, sections),
    );
    await problemOf(folder.run(broken, given));
    expect(await folder.run(knowingPortal(), { ...given, resume: true })).toBe(0);
    const out = lines.map((line, number) => `${line.slice(0, -1)},"$KLHits":${number * 10}}\n`);
    expect(await folder.read('out')).toBe(out.join(''));
  });

  test.each<[string, string, string]>([
    ['unauthorised', 'TF_CONFIG', 'unauthorised'],
    ['tls', 'TF_CONFIG', 'tls'],
    ['server-fault', 'TF_PEER_UNAVAILABLE', 'server-fault'],
    ['not-asked', 'TF_PEER_UNAVAILABLE', 'not-asked'],
  ])('%s ends them with %s', async (name, code) => {
    await folder.write('in', rowsText(20, 20));
    const portal = fakePortal(() => failure(name as 'tls'));
    const problem = await problemOf(folder.run(portal, csv));
    expect(problem.code).toBe(code);
    expect(problem.text).toContain(`what to do about ${name}`);
    expect(await folder.read('out')).toBe('id,src,note,$KLZone,$KLHits\n');
    expect(portal.asked.length).toBeLessThanOrEqual(4);
  });
});

test.each([
  ['before the heading', { csv: '-', column: 'src' }, '', ''],
  ['after the heading', { csv: '-', column: 'src', fields: 'KLHits' }, 'src\n', 'src,$KLHits\n'],
  ['before a line', { ndjson: '-', field: 'ip', fields: 'KLHits' }, '', ''],
  ['within a line', { ndjson: '-', field: 'ip', fields: 'KLHits' }, '{"ip":"192.0', ''],
])(
  'standard input that is interrupted %s is not taken for its end',
  async (_, given, text, out) => {
    const controller = new AbortController();
    const pieces = text === '' ? [] : [text];
    // Whoever wants more than there is gets an interruption.
    const standardInput = new Readable({
      read() {
        const piece = pieces.shift();
        if (piece === undefined) controller.abort();
        else this.push(piece);
      },
    });
    const output = join(folder.path, 'out');
    await folder.write('out', '');
    const wanted = readLookupOptions({ quiet: true, output, ...given }, []);
    const code = await runRows({
      ...{ wanted, rows: wanted.rows!, portal: knowingPortal(), maxConcurrent: 4, standardInput },
      interrupt: { signal: controller.signal, exitCode: 130, close: () => undefined },
    });
    expect(code).toBe(130);
    expect(await folder.read('out')).toBe(out);
  },
);

test('standard input that is stopped promises no --resume', async () => {
  const wanted = readLookupOptions({ quiet: true, ndjson: '-', field: 'ip' }, []);
  const running = runRows({
    ...{ wanted, rows: wanted.rows!, maxConcurrent: 4 },
    portal: fakePortal(() => failure('quota-exceeded')),
    standardInput: Readable.from([Buffer.from('{"ip":"192.0.2.1"}\n')]),
    interrupt: {
      signal: new AbortController().signal,
      exitCode: undefined,
      close: () => undefined,
    },
  });
  const { text } = await problemOf(running);
  expect(text).toContain('what comes by standard input cannot be gone on with');
});

describe('rows that cannot be gone on with', () => {
  const resumed = { ...csv, resume: true };
  beforeEach(async () => {
    await folder.write('in', rowsText(100, 50));
    const broken = fakePortal(({ value }, sections) =>
      value === '192.0.2.20' ? failure('quota-exceeded') : replyOf(value, sections),
    );
    await problemOf(folder.run(broken, csv));
  });

  test.each<[string, object, () => Promise<unknown>]>([
    ['other rows, fields or options', { fields: 'KLZone' }, () => Promise.resolve()],
    ['there is nothing that was interrupted', { output: 'other' }, () => Promise.resolve()],
    ['the file has changed', {}, () => folder.write('in', rowsText(101, 50))],
    ['it is shorter', {}, () => folder.write('out', 'x')],
    ['it cannot be read', {}, () => folder.write('out.state', '{"version":1')],
    ['it is no such file', {}, () => folder.write('out.state', '{"version":1}')],
  ])('%s', async (text, given, change) => {
    await change();
    const problem = await problemOf(folder.run(knowingPortal(), { ...resumed, ...given }));
    expect(problem).toMatchObject({ code: 'TF_USAGE' });
    expect(problem.text).toContain(text);
  });

  test('from standard input, or to standard output', () => {
    for (const given of [{ output: undefined }, { csv: '-' }]) {
      const options = { ...resumed, csv: 'in', output: 'out', ...given };
      expect(() => readLookupOptions(options, [])).toThrow(/cannot be gone on with|only a file/);
    }
  });
});

describe('faults of what was named', () => {
  test.each<[string, object, string]>([
    ['a column that is not there', { column: 'srk' }, 'perhaps "src" is meant'],
    ['a number too high', { column: '4' }, '1 to 3'],
    ['the input as output', { output: 'in' }, 'it is the file that is read'],
    ['a folder', { csv: '.' }, 'it is a folder'],
    ['an input that is not there', { csv: 'none' }, 'cannot read it'],
    ['an output that cannot be', { output: 'in/out' }, 'cannot write it'],
  ])('%s', async (_, given, text) => {
    await folder.write('in', rowsText(2, 2));
    const problem = await problemOf(folder.run(knowingPortal(), { ...csv, ...given }));
    expect(problem).toMatchObject({ code: 'TF_USAGE' });
    expect(problem.text).toContain(text);
    expect(await folder.read('in')).toBe(rowsText(2, 2));
  });

  test.each<[string, string | Uint8Array, string]>([
    ['fields that are there', 'src,$KLZone\n192.0.2.1,Red\n', 'a column $KLZone already'],
    ['UTF-16', Buffer.from([0xff, 0xfe, 0x61, 0]), 'iconv'],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'zcat'],
    ['quotes that never close', `src\n"${'x'.repeat(17 * 1_048_576)}`, 'at byte 4'],
  ])('%s', async (_, content, text) => {
    await folder.write('in', content);
    const problem = await problemOf(folder.run(knowingPortal(), csv));
    expect(problem).toMatchObject({ code: 'TF_USAGE' });
    expect(problem.text).toContain(text);
  });
});

test('rows are the same wherever the chunks end', async () => {
  const text = 'a,"b\nc"\r\n"d""\n",e\n\nf"\n"g"x\n,"",\n"h';
  const read = async (pieces: readonly string[]): Promise<unknown> => {
    const found = [];
    const chunks = async function* (): AsyncGenerator<Buffer> {
      for (const piece of pieces) yield await Promise.resolve(Buffer.from(piece));
    };
    const options = { delimiter: ',', name: 'test', offset: 0 };
    for await (const batch of readRecords(chunks(), options)) found.push(...batch);
    return found;
  };
  const whole = await read([text]);
  expect(whole).toEqual(
    ['a,"b\nc"\r\n', '"d""\n",e\n', '\n', 'f"\n', '"g"x\n', ',"",\n', '"h'].map((row, at, all) => ({
      text: row,
      end: all.slice(0, at + 1).join('').length,
    })),
  );
  expect(await read(Array.from(text))).toEqual(whole);
  for (let at = 1; at < text.length; at += 1) {
    expect(await read([text.slice(0, at), text.slice(at)])).toEqual(whole);
  }
});

/** What the portal that knows everything says. */
function replyOf(value: string, _sections: unknown): Readonly<Record<string, unknown>> {
  return {
    Zone: value.endsWith('1') ? 'Red' : 'Green',
    IpGeneralInfo: { HitsCount: hitsOf(value) },
  };
}
