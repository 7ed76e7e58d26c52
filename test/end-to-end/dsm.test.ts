import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { consoleReportJson } from '../../verification/console/index.js';
import { startTestConsole } from '../console/start-test-console.js';
import type { TestConsole } from '../console/test-console.js';
import { runCli, startService } from '../support/service-process.js';
import type { Finished, ServiceProcess } from '../support/service-process.js';

type Report = ReturnType<typeof consoleReportJson> & { readonly result?: string };

let folder: string;
let jsa: TestConsole;
/** A console that answers nothing but 503, and what the program says of it: its tries take their time. */
let busy: TestConsole;
let unavailable: Promise<Finished>;
let service: ServiceProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-dsm-'));
  [jsa, busy] = await Promise.all([startTestConsole(), startTestConsole()]);
  busy.fail({ path: /./, times: 1000, what: { kind: 'answer', status: 503 } });
  unavailable = dsm(['verify'], { at: busy });
  // It is awaited by the last test.
  unavailable.catch(() => undefined);
}, 60_000);

afterAll(async () => {
  await service?.stop();
  await unavailable.catch(() => undefined);
  await Promise.all([jsa.close(), busy.close()]);
  await rm(folder, { recursive: true });
}, 60_000);

/** Runs a subcommand of dsm against a console, with the collector of the test's JSA. */
function dsm(
  args: readonly string[],
  { at = jsa, token = at.token }: { readonly at?: TestConsole; readonly token?: string } = {},
): Promise<Finished> {
  return runCli(['dsm', ...args, '--console', at.url, '--ca', at.caFile, '--set', collectors()], {
    cwd: folder,
    env: { JSA_CONSOLE_TOKEN: token },
    timeoutMs: 60_000,
  });
}

function collectors(): string {
  return `delivery.collectors=["tcp://127.0.0.1:${jsa.syslog.port}"]`;
}

function statusUrl(): readonly string[] {
  return ['--url', `http://127.0.0.1:${service?.httpPort ?? 1}`];
}

describe('a JSA that knows nothing of the service', () => {
  test('finds both log sources by the samples of warmup, and learns the events by apply', async () => {
    const warm = await dsm(['warmup', '--json']);
    expect(warm).toMatchObject({ exitCode: 0, stderr: '' });
    const { logSources } = JSON.parse(warm.stdout) as { logSources: readonly object[] };
    expect(logSources).toMatchObject([
      { identifier: 'KL_Threat_Feed_Service_V2', result: 'discovered', sent: 40 },
      { identifier: 'KL_Verification_Tool', result: 'discovered', sent: 40 },
    ]);
    expect(warm.stdout).toContain('coalescing is on');

    const apply = await dsm(['apply', '--yes']);
    expect({ exitCode: apply.exitCode, stderr: apply.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const again = await dsm(['warmup']);
    expect(again.exitCode).toBe(0);
    expect(again.stdout).not.toContain('coalescing is on');
  }, 60_000);

  test('shows every detection of the verification, named and categorised', async () => {
    // Without a file the folders of the built-in configuration are those of the checkout.
    const spool = `delivery.spool.directory=${join(folder, 'spool')}`;
    service = await startService(['--set', collectors(), '--set', spool], { cwd: folder });
    jsa.forward({
      host: '127.0.0.1',
      port: service.jsaPort,
      format: 'json',
      identifiers: ['KL_Verification_Tool'],
    });
    const verify = await dsm([
      'verify',
      '--json',
      '--send-result',
      '--time-limit',
      '30',
      ...statusUrl(),
    ]);
    const report = JSON.parse(verify.stdout) as Report;
    expect(report.advice).toEqual([]);
    expect(report.rows.filter(({ result }) => result !== 'pass')).toEqual([]);
    expect(report.rows.length).toBeGreaterThan(30);
    expect(report).toMatchObject({ passed: true, result: 'named', otherFeeds: [] });
    expect(report.counts).toMatchObject({ status: { unnamed: 0 }, evaluation: { unnamed: 0 } });
    expect(report.counts.status.seen).toBeGreaterThan(0);
    expect(verify.exitCode).toBe(0);

    const doctor = await dsm(['doctor', '--json']);
    const { findings } = JSON.parse(doctor.stdout) as {
      readonly findings: readonly { readonly status: string; readonly check: string }[];
    };
    expect(findings.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(doctor.exitCode).toBe(0);
  }, 120_000);

  test('without the routing rule it is that which must be missing', async () => {
    jsa.forward(undefined);
    const { exitCode, stdout } = await dsm(['verify', '--time-limit', '1', ...statusUrl()]);
    expect(stdout).toContain(
      '- forwarding destination or routing rule: the test events are in JSA, and the service received no event',
    );
    expect(stdout).toContain('FAILED: 0 of ');
    expect(exitCode).toBe(1);
  }, 60_000);
});

test('a console that cannot be asked is one clear message, and never shows the token', async () => {
  const [expired, slow] = await Promise.all([
    startTestConsole({ isCertificateExpired: true }),
    startTestConsole({ searchDelayMs: 600_000 }),
  ]);
  try {
    const [wrong, ranOut, atBusy, tooSlow] = await Promise.all([
      dsm(['doctor'], { token: 'wrong-token-0001' }),
      dsm(['warmup'], { at: expired }),
      unavailable,
      dsm(['verify', '--time-limit', '1'], { at: slow }),
    ]);
    expect([wrong, ranOut, atBusy, tooSlow].map(({ exitCode }) => exitCode)).toEqual([
      2, 2, 69, 69,
    ]);
    expect(wrong.stderr).toContain('(TF_CONFIG)');
    expect(ranOut.stderr).toMatch(/expired.*\(TF_CONFIG\)/s);
    expect(atBusy.stderr).toMatch(/503.*\(TF_PEER_UNAVAILABLE\)/s);
    expect(tooSlow.stderr).toMatch(/did not finish within 1 s \(TF_PEER_UNAVAILABLE\)/);
    for (const { stdout, stderr } of [wrong, ranOut, atBusy, tooSlow]) {
      expect(stdout).toBe('');
      expect(stderr.split('\n').filter((line) => line !== '')).toHaveLength(2);
      for (const token of ['wrong-token-0001', expired.token, busy.token, slow.token]) {
        expect(stderr).not.toContain(token);
      }
    }
  } finally {
    await Promise.all([expired, slow].map((one) => one.close()));
  }
}, 120_000);
