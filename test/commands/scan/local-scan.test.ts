import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { LocalScan } from '../../../forwarder/commands/support/scan/local-scan.js';
import type { ScannedPart } from '../../../forwarder/commands/support/scan/scan-record.js';
import { loadConfig } from '../../../forwarder/config/index.js';
import { loadDialects } from '../../../forwarder/service/dialects/index.js';
import type { Dialect } from '../../../forwarder/service/dialects/index.js';
import { loadThreatIndex } from '../../../forwarder/service/indexing/threat-index.js';
import { silentLogger } from '../../../forwarder/telemetry/index.js';
import { projectDirectory } from '../../support/service-process.js';
import { scanFolder } from './scan-in-process.js';
import type { ScanFolder } from './scan-in-process.js';

const eventFile = join(projectDirectory, 'verification/kl_verification_test.txt');
let folder: ScanFolder;
let config: string;

beforeEach(async () => {
  folder = await scanFolder();
  config = await folder.write(
    'forwarder.yaml',
    `feeds:
  - path: ${join(projectDirectory, 'verification/feeds/*.json')}
intake: { jsa: false }
http: false
delivery: { collectors: [], spool: false }
`,
  );
});
afterEach(() => folder.remove());

interface Row {
  readonly line: number;
  readonly category: string;
  readonly indicator: string;
}

/** What is found, by the CSV file, whose first four fields have no commas here. */
async function found(given: object, paths: readonly string[]): Promise<readonly Row[]> {
  const csv = join(folder.path, 'found.csv');
  expect(await folder.scan({ local: true, serviceConfig: config, csv, ...given }, paths)).toBe(0);
  const [, ...rows] = (await readFile(csv, 'utf8')).trim().split('\n');
  return rows.map((row) => {
    const [, line, category = '', indicator = ''] = row.split(',');
    return { line: Number(line), category, indicator };
  });
}

describe('a scan without a service', () => {
  test('finds every verification event by its line, with what each of its feeds says', async () => {
    const rows = await found({ threads: '1' }, [eventFile]);
    const { expectations } = await readExpectations();
    expect(rows.length).toBeGreaterThanOrEqual(expectations.length);
    const lines = (await readFile(eventFile, 'utf8')).split('\n');
    for (const { line, indicator } of rows) expect(lines[line - 1]).toContain(indicator);
    const text = new Set(rows.map(({ category, indicator }) => `${category} ${indicator}`));
    for (const { event, indicator } of expectations)
      expect(text).toContain(`${event} ${indicator}`);
  });

  test('writes lines as CyberTrace 4 does, and the totals', async () => {
    const file = await folder.write('events.log', 'user=- nothing\nsrc=192.0.2.1 usrName=alice\n');
    const given = { local: true, serviceConfig: config, report: true };
    expect(await folder.scan(given, [file])).toBe(0);
    const report = await folder.report();
    expect(report[0]).toMatch(
      /^- category=KL_IP_Reputation matchedIndicator=192\.0\.2\.1 url=- src=192\.0\.2\.1 ip=\S+ md5=- sha1=- sha256=- usrName=alice confidence=100 /,
    );
    expect(report.slice(-3, -1)).toEqual([
      'Total number of objects sent to KTFS: 2',
      `Total number of detects received from KTFS: ${report.length - 3}`,
    ]);
  });

  test('large blocks, threads, packed files: the same detections at the same lines', async () => {
    const clean = 'date=2026-07-01 src=10.0.0.1 dst=10.2.3.4 url=http://www.example.org/index.html';
    const lines = Array.from({ length: 30_000 }, (_, number): string =>
      number % 1000 === 999 ? `${clean} md5=FEAF2058298C1E174C2B79AFFC7CF4DF` : clean,
    );
    // Empty lines count as lines, not as events.
    lines[5] = '';
    lines[6] = '\r';
    const text = lines.join('\n');
    const plain = await folder.write('a.log', text);
    const packed = await folder.write('b.log', gzipSync(text));
    const one = await found({ threads: '1' }, [plain]);
    expect(new Set(one.map(({ line }) => line))).toEqual(
      new Set(Array.from({ length: 30 }, (_, number) => (number + 1) * 1000)),
    );
    expect(await found({ threads: '3' }, [plain])).toEqual(one);
    expect(await found({ threads: '2' }, [packed, plain])).toEqual([...one, ...one]);
  });

  test('a damaged file among others is told, and the others are scanned all the same: 2', async () => {
    const one = await folder.write('1.log', 'dst=192.0.2.1\n');
    const cut = await folder.write('2.log.gz', gzipSync('abc\n'.repeat(1000)).subarray(0, 25));
    const last = await folder.write('3.log', 'a\ndst=192.0.2.1\n');
    const given = { local: true, serviceConfig: config, report: true };
    expect(await folder.scan(given, [one, cut, last])).toBe(2);
    const report = await folder.report();
    expect(report).toContain('Total number of objects sent to KTFS: 3');
    expect(report.filter((line) => line.includes('=192.0.2.1 ')).length).toBeGreaterThan(1);
    await expect(folder.scan(given, [cut])).rejects.toMatchObject({ code: 'TF_USAGE', where: cut });
  });

  test('every place it could go on from lies behind what is reported', async () => {
    const lines = Array.from({ length: 9000 }, (_, number) =>
      number % 500 === 499 ? 'dst=192.0.2.1' : `number=${number} url=http://www.example.org/path`,
    );
    const bytes = Buffer.from(lines.join('\n'));
    const loaded = await loadConfig({
      file: config,
      set: [],
      env: {},
      cwd: folder.path,
      packageDirectory: projectDirectory,
    });
    const index = await loadThreatIndex(loaded);
    const dialects = await loadDialects(loaded, ['kuma'], { maxMessageBytes: 4000 });
    const parts: ScannedPart[] = [];
    const scan = await LocalScan.open({
      loaded,
      index,
      helpers: 1,
      logger: silentLogger,
      skipsComments: false,
      dialect: dialects.get('kuma') as Dialect,
      fileOf: () => 'x',
      onDone: (part) => parts.push(part),
    });
    try {
      const from = { input: 0, line: 100, offset: 7000 };
      const to = { input: 0, line: 9100, offset: 7000 + bytes.length };
      scan.take({ bytes, from, to, readBytes: 1 });
      await scan.idle();
    } finally {
      await scan.close();
      index.close();
    }
    // The block is shared out in parts of 128 KiB.
    expect(parts.length).toBeGreaterThan(2);
    let before = 100;
    for (const { to, events, found } of parts) {
      const text = bytes.subarray(0, to.offset - 7000).toString();
      expect(text.split('\n').length - (text.endsWith('\n') ? 1 : 0)).toBe(to.line - 100);
      expect(events).toBe(to.line - before);
      for (const { line } of found) {
        expect(line).toBeGreaterThan(before);
        expect(line).toBeLessThanOrEqual(to.line);
        expect(lines[line - 101]).toBe('dst=192.0.2.1');
      }
      before = to.line;
    }
    expect(before).toBe(9100);
    const found = parts.flatMap((part) => part.found);
    expect(new Set(found.map(({ line }) => line)).size).toBe(18);
    expect(found[0]?.text).toMatch(/^Category=KL_IP_Reputation\|MatchedIndicator=192\.0\.2\.1/);
  });

  test('sources of one’s own are asked for every line', async () => {
    const own = await folder.write(
      'own.yaml',
      `${await readFile(config, 'utf8')}sources:
  - { name: default, rules: [{ name: RE_IP, kind: IP, pattern: 'at (\\S+) dot (\\S+)', concatenate: '192.0.#1.#2' }] }
`,
    );
    const file = await folder.write('events.log', 'x 1\n# 2\nat 2 dot 1\n');
    const rows = await found({ serviceConfig: own, skipComments: true }, [file]);
    expect(rows.map(({ line, indicator }) => [line, indicator])).toContainEqual([3, '192.0.2.1']);
  });

  test('exit code 1 with --fail-on-detect only when something is detected', async () => {
    const given = { local: true, serviceConfig: config, failOnDetect: true, report: true };
    const clean = await folder.write('clean.log', 'ip=10.0.0.1\n');
    expect(await folder.scan(given, [clean])).toBe(0);
    expect(await folder.scan({ ...given, ip: ['192.0.2.1'] }, [clean])).toBe(1);
  });

  test('feeds or a dialect that are not there are an error', async () => {
    const file = await folder.write('events.log', 'x\n');
    const scan = (given: object): Promise<number> =>
      folder.scan({ local: true, serviceConfig: config, report: true, ...given }, [file]);
    await expect(scan({ set: ['feeds.0.path=none.json'] })).rejects.toMatchObject({
      code: 'TF_FEED',
    });
    await expect(scan({ dialect: 'cybertrace-44' })).rejects.toMatchObject({ code: 'TF_CONFIG' });
    await expect(scan({ serviceConfig: 'none.yaml' })).rejects.toMatchObject({ code: 'TF_CONFIG' });
    expect((await folder.files()).filter((name) => name.includes('report'))).toEqual([]);
  });
});

interface Expectation {
  readonly event: string;
  readonly indicator: string;
}

/** Of verification/expected.json: the event id for every indicator. */
async function readExpectations(): Promise<{ readonly expectations: readonly Expectation[] }> {
  const file = join(projectDirectory, 'verification/expected.json');
  const content = JSON.parse(await readFile(file, 'utf8')) as {
    readonly feeds: Readonly<Record<string, readonly Expectation[]>>;
  };
  return { expectations: Object.values(content.feeds).flat() };
}
