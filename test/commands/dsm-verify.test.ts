import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, jest, test } from '@jest/globals';

import { findResult } from '../../forwarder/commands/support/dsm/verify/find-result.js';
import { verifyInJsa } from '../../forwarder/commands/support/dsm/verify/run-verify.js';
import { verifyText } from '../../forwarder/commands/support/dsm/verify/report-text.js';
import { syslogTargetOf } from '../../forwarder/commands/support/dsm/verify/syslog-target.js';
import { packageDirectory } from '../../forwarder/commands/support/package.js';
import { loadConfig } from '../../forwarder/config/index.js';
import type { LoadedConfig } from '../../forwarder/config/index.js';
import type { ConsoleReport } from '../../verification/console/index.js';
import { startCollector } from '../../verification/index.js';
import { read, rowOf } from '../verification/console/support.js';

const folder = await mkdtemp(join(tmpdir(), 'tf-dsm-verify-'));
afterAll(() => rm(folder, { recursive: true }));

function loadedWith(...set: readonly string[]): Promise<LoadedConfig> {
  return loadConfig({ set, env: {}, cwd: folder, packageDirectory: packageDirectory() });
}

describe('where test events are sent', () => {
  const both = ['console.syslog=192.0.2.11', 'delivery.collectors=["tcp://192.0.2.10:514"]'];

  test('the option, else console.syslog, else the first collector of JSA', async () => {
    const loaded = await loadedWith(...both);
    const named = await syslogTargetOf({ syslog: 'udp://192.0.2.12' }, loaded);
    expect(named).toEqual({ scheme: 'udp', host: '192.0.2.12', port: 514 });
    expect(await syslogTargetOf({}, loaded)).toEqual({
      scheme: 'tcp',
      host: '192.0.2.11',
      port: 514,
    });
    const local = await loadedWith(
      'delivery.collectors=["unix:///dev/log", "tcp://192.0.2.10:1514"]',
    );
    expect(await syslogTargetOf({}, local)).toMatchObject({ host: '192.0.2.10', port: 1514 });
  });

  test('nothing that says where is an error of usage', async () => {
    await expect(syslogTargetOf({}, await loadedWith())).rejects.toMatchObject({
      code: 'TF_USAGE',
      hint: expect.stringContaining('--syslog'),
    });
    await expect(syslogTargetOf({ syslog: 'a b' }, await loadedWith())).rejects.toMatchObject({
      code: 'TF_USAGE',
      where: '--syslog',
    });
  });

  test('a collector by TLS is reached with its own settings', async () => {
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, 'CA');
    const collector = { url: 'tls://jsa.example.org', ca, serverName: 'jsa' };
    const loaded = await loadedWith(`delivery.collectors=${JSON.stringify([collector])}`);
    const tls = { ca: 'CA', serverName: 'jsa' };
    expect(await syslogTargetOf({}, loaded)).toMatchObject({ port: 6514, tls });
    const named = { syslog: 'tls://jsa.example.org:6514' };
    expect(await syslogTargetOf(named, loaded)).toMatchObject({ tls });
    const other = await syslogTargetOf({ syslog: 'tls://other.example.org' }, loaded);
    expect(other.tls).toBeUndefined();
  });
});

describe('sending alone', () => {
  test('tells by what the run is found in JSA', async () => {
    const collector = await startCollector('tcp://127.0.0.1:0');
    const printed: string[] = [];
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed.push(String(text));
      return true;
    });
    try {
      const options = { sendOnly: true, timeLimit: '1', events: [], set: [] };
      expect(await verifyInJsa({ ...options, syslog: collector.url })).toBe(0);
    } finally {
      write.mockRestore();
    }
    const [, sent, address, vid] =
      /^(\d+) of \1 test events sent .*\n.* (198\.\S+), or by vid=(\S+)\n$/.exec(
        printed.join(''),
      ) ?? [];
    expect(Number(sent)).toBeGreaterThan(30);
    const lines: string[] = [];
    while (lines.length < Number(sent)) {
      await collector.waitForLine(10_000);
      lines.push(...collector.take());
    }
    expect(lines.every((line) => line.includes(` KL_Verification_Tool LEEF:`))).toBe(true);
    expect(lines.every((line) => line.includes(`\tsrc=${address}\t`))).toBe(true);
    expect(lines.every((line) => line.endsWith(`\tvid=${vid}`))).toBe(true);
    await collector.close();
  });
});

describe('the outcome in JSA', () => {
  const outcome = (run: string, told = {}) =>
    rowOf('KL_EVALUATION_Verification', { attributes: { run, passed: '37' }, ...told });
  const options = {
    identifier: 'KL_Threat_Feed_Service_V2',
    runId: 'run-1',
    timeLimitMs: 5,
    pollMs: 1,
  };

  test('is that of this run, and may be unnamed or missing', async () => {
    const found = (rows: readonly ReturnType<typeof rowOf>[]) =>
      findResult({ ...options, search: () => Promise.resolve(rows) });
    expect(await found([outcome('run-0', { category: 'Stored' }), outcome('run-1')])).toBe('named');
    expect(await found([outcome('run-1', { eventName: 'Unknown', category: 'Unknown' })])).toBe(
      'unknown',
    );
    expect(await found([outcome('run-1', { category: 'Stored' })])).toBe('stored');
    expect(await found([outcome('run-0')])).toBe('missing');
  });

  test('is looked for again until it is there', async () => {
    const queries: string[] = [];
    const result = await findResult({
      ...options,
      timeLimitMs: 60_000,
      search: (aql) => Promise.resolve(queries.push(aql) < 3 ? [] : [outcome('run-1')]),
    });
    expect(result).toBe('named');
    expect(new Set(queries).size).toBe(3);
  });
});

describe('the report for a person', () => {
  const shown = read(
    rowOf('KL_Malicious_URL', { category: 'Botnet Address', logSource: 'a\u001b]0;x\u0007b' }),
  );
  const row = {
    feed: 'Malicious_URL_Data_Feed',
    table: 'guide',
    indicator: 'http://fakess123.nu',
    expected: 'KL_Malicious_URL',
    seen: 'KL_Malicious_URL',
    note: undefined,
  } as const;
  const places = { own: 1, generic: 0, elsewhere: 0, elsewhereNames: [], merged: 0 };
  const report: ConsoleReport = {
    rows: [
      { ...row, shown, result: 'wrong category' },
      { ...row, shown: undefined, result: 'MISS', note: 'no detection came back' },
    ],
    unexpected: [{ kind: 'clean', event: 'KL_X_URL', indicator: 'clean.test', count: 2 }],
    judgedFeeds: ['Malicious_URL_Data_Feed'],
    otherFeeds: ['Demo_X'],
    passed: false,
    passedRows: 0,
    failedRows: 2,
    runId: 'run-1',
    sourceAddress: '198.18.0.1',
    startedAtMs: 0,
    durationMs: 1500,
    stopped: 'time-limit',
    evidence: {
      identifier: 'A',
      verificationIdentifier: 'B',
      collector: 'tcp://192.0.2.10:514',
      events: 38,
      sent: 38,
      verification: { ...places, generic: 37 },
      detections: places,
      results: {},
      service: { kind: 'not asked' },
    },
    advice: [{ step: 'feeds', finding: 'f', toDo: 't' }],
    status: { seen: 3, unnamed: 1 },
    evaluation: { seen: 0, unnamed: 0 },
  };

  test('says what JSA shows, what was expected and what to do', () => {
    const text = verifyText(report);
    expect(text).toContain(
      '38 of 38 test events sent to tcp://192.0.2.10:514; in JSA: 38 test events',
    );
    expect(text).toContain('3 status and 0 evaluation events of the last hour (1 of these Unknown');
    expect(text).toMatch(/ yes +Botnet Address +8 +wrong category \(expected Blacklist Address\)/);
    expect(text).toContain('log source in JSA: a\\u001b]0;x\\u0007b\n');
    expect(text).toMatch(/- +- +- +MISS no detection came back/);
    expect(text).toContain('unexpected: KL_X_URL for clean.test (2 times)');
    expect(text).toContain('not judged, as not loaded: Demo_X');
    expect(text).toContain(
      'FAILED: 0 of 2 expected detections seen, named and categorised in 1.5 s;',
    );
    expect(text).toContain('- feeds: f\n  what to do: t\n');
    expect(text).not.toContain('\u001b]');
  });

  test('names the log source of each row where there are several', () => {
    const other = read(rowOf('KL_Malicious_URL', { logSource: 'Another' }));
    const rows = report.rows.map((one) => ({ ...one, shown: other }));
    const text = verifyText({ ...report, rows: [...report.rows, ...rows] });
    expect(text).toMatch(/ log source +result/);
    expect(text).toMatch(/ 8 +Another +wrong category/);
    expect(verifyText({ ...report, rows: [] })).toContain('(no feed to judge)');
  });
});
