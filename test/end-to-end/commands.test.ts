import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, jest, test } from '@jest/globals';

import { projectDirectory, runCli, startService } from '../support/service-process.js';

const badFixtures = join(projectDirectory, 'test/fixtures/config/bad');

describe('the command line', () => {
  test('--help lists every command; each has its own --help with examples', async () => {
    const overview = await runCli(['--help']);
    expect(overview.exitCode).toBe(0);
    for (const command of ['run', 'status', 'check', 'explain', 'verify', 'send', 'feeds']) {
      expect(overview.stdout).toContain(`  ${command} `);
      const help = await runCli([command, '--help']);
      expect(help.exitCode).toBe(0);
      expect(help.stdout).toContain('Examples:');
    }
  });

  test('wrong usage is exit code 2 and says what there is', async () => {
    const unknown = await runCli(['chekc']);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain('check');
    expect((await runCli([])).exitCode).toBe(2);
    expect((await runCli(['check', '--nonsense'])).exitCode).toBe(2);
    expect((await runCli(['verify'])).exitCode).toBe(2);
    expect((await runCli(['send', 'no/such/file'])).exitCode).toBe(2);
  });

  test('--version is the version of the package', async () => {
    const { version } = JSON.parse(
      await readFile(join(projectDirectory, 'package.json'), 'utf8'),
    ) as { version: string };
    expect((await runCli(['--version'])).stdout).toBe(`${version}\n`);
  });
});

describe('check and run', () => {
  // What a start notes about itself must not be noted beside the fixtures.
  const stateDirectory = join(tmpdir(), `tf-commands-state-${process.pid}`);
  const ownState = ['--set', `state.directory=${stateDirectory}`];
  afterAll(() => rm(stateDirectory, { recursive: true, force: true }));
  const names = readdirSync(badFixtures).filter((name) => /\.(ya?ml|json)$/.test(name));

  test('agree on every bad configuration: exit code 2 and the same message', async () => {
    expect(names.length).toBeGreaterThan(30);
    for (const name of names) {
      const config = ['--config', join(badFixtures, name), ...ownState];
      const checked = await runInProcess(['check', '--no-collectors', ...config]);
      const ran = await runInProcess(['run', ...config]);
      expect({ name, exitCode: checked.exitCode }).toEqual({ name, exitCode: 2 });
      expect({ name, ...ran }).toEqual({ name, ...checked });
      expect(ran.stderr).toMatch(/\(TF_(CONFIG|TEMPLATE|PATTERN|FEED)\)/);
    }
  }, 60_000);

  test('say the same as processes of their own', async () => {
    const config = ['--config', join(badFixtures, names[0]!), ...ownState];
    const [checked, ran] = await Promise.all([
      runCli(['check', '--no-collectors', ...config]),
      runCli(['run', ...config]),
    ]);
    expect([checked.exitCode, ran.exitCode]).toEqual([2, 2]);
    expect(ran.stderr).toBe(checked.stderr);
  });

  test('check of the built-in default is all well', async () => {
    const { exitCode, stdout } = await runCli(['check', '--json'], { cwd: tmpdir() });
    const report = JSON.parse(stdout) as { ok: boolean; findings: { status: string }[] };
    expect(exitCode).toBe(0);
    expect(report.ok).toBe(true);
    expect(report.findings.length).toBeGreaterThan(15);
  });

  test('agree on certificate files that cannot be used', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tf-check-'));
    await writeFile(join(directory, 'ca.pem'), 'no certificate');
    for (const ca of ['ca.pem', 'missing.pem']) {
      await writeFile(
        join(directory, 'forwarder.yaml'),
        `feeds: []\ndelivery: { collectors: [{ url: "tls://127.0.0.1:1", ca: ${ca} }] }\n`,
      );
      const config = ['--config', join(directory, 'forwarder.yaml')];
      const checked = await runInProcess(['check', '--no-collectors', ...config]);
      const ran = await runInProcess(['run', ...config]);
      expect(checked.exitCode).toBe(2);
      expect(checked.stderr).toContain('"ca"');
      expect(ran).toEqual(checked);
    }
    await rm(directory, { recursive: true });
  });

  test('an unreachable collector is 69 for check, while run starts and waits', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    const set = ['--set', `delivery.collectors=tcp://127.0.0.1:${port}`];
    const checked = await runCli(['check', ...set]);
    expect(checked.exitCode).toBe(69);
    expect(checked.stdout).toContain(`tcp://127.0.0.1:${port}`);
    const service = await startService(set);
    expect(await service.stop()).toBe(0);
  });
});

describe('explain', () => {
  test('shows the way of an event to the exact message', async () => {
    const { exitCode, stdout } = await runCli(['explain', 'url=http://fakess123.nu usrName=alice']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('RE_URL');
    expect(stdout).toContain('Malicious_URL_Data_Feed');
    expect(stdout).toContain('LEEF:1.0|Kaspersky Lab|Threat Feed Service|2.0|KL_Malicious_URL|');
  });

  test('--json gives one object an event, from standard input too', async () => {
    const { stdout } = await runCli(['explain', '--json', '-'], {
      input: 'quiet\nmd5=44D88612FEA8A8F36DE82E1278ABB02F\n',
    });
    const [quiet, eicar] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { outcome: string; messages: string[]; scanner: object });
    expect(quiet).toMatchObject({ outcome: 'clean', messages: [] });
    expect(eicar).toMatchObject({ outcome: 'matched' });
    expect(eicar!.messages.length).toBeGreaterThan(0);
  });

  test('a file that cannot be read is wrong usage, also as JSON', async () => {
    const missing = await runCli(['explain', '--json', '--file', '/no/such/file']);
    expect(missing.exitCode).toBe(2);
    expect(JSON.parse(missing.stdout)).toMatchObject({ error: { code: 'TF_USAGE' } });
    expect((await runCli(['explain', '--file', tmpdir()])).exitCode).toBe(2);
    expect((await runCli(['explain', '--peer', 'nonsense', 'x'])).exitCode).toBe(2);
  });

  test('says when an event is our own, coming back', async () => {
    const own = JSON.stringify({ logSourceIdentifier: 'KL_Threat_Feed_Service_v2', payload: 'x' });
    expect((await runCli(['explain', own])).stdout).toContain('looped');
  });
});

describe('verify', () => {
  test.each(['json', 'payload'])('--loopback passes every row (%s)', async (format) => {
    const { exitCode, stdout } = await runCli([
      'verify',
      '--loopback',
      '--json',
      '--format',
      format,
    ]);
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect({ exitCode, shortcomings: report['shortcomings'] }).toEqual({
      exitCode: 0,
      shortcomings: [],
    });
  });

  test('tells which row misses when a feed lacks an indicator', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tf-verify-'));
    await writeFile(
      join(directory, 'Phishing_URL_Data_Feed.json'),
      JSON.stringify([{ mask: 'fakess123ap.nu' }]),
    );
    await writeFile(join(directory, 'forwarder.yaml'), 'feeds: [{ path: "*.json" }]\n');
    const { exitCode, stdout } = await runCli(['verify', '--loopback'], {
      cwd: directory,
      timeoutMs: 60_000,
    });
    await rm(directory, { recursive: true });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/e77716a952f640b42e4371759a661663\.com.*miss/i);
  }, 60_000);

  test('judges a running service whose collector points at its listener', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    const url = `tcp://127.0.0.1:${port}`;
    const service = await startService(['--set', `delivery.collectors=${url}`]);
    const finished = await runCli([
      ...['verify', '--service', `127.0.0.1:${service.jsaPort}`, '--listen', url],
      ...['--feeds', 'Malicious_URL*,Demo_*'],
    ]);
    await service.stop();
    expect(finished.stderr).toBe('');
    expect(finished.exitCode).toBe(0);
  }, 60_000);
});

describe('send', () => {
  test('sends files and standard input, wrapped in an envelope where asked', async () => {
    const service = await startService([]);
    const to = ['--to', `127.0.0.1:${service.jsaPort}`];
    const first = await runCli(['send', ...to, '--json', '--envelope', '--repeat', '2', '-'], {
      input: 'url=http://fakess123.nu\n\nplain line\n',
    });
    expect(first.exitCode).toBe(2);
    expect(first.stderr).toContain('standard input');
    const second = await runCli(['send', ...to, '--json', '--envelope', '-'], {
      input: 'url=http://fakess123.nu\n\nplain line\n',
    });
    expect(JSON.parse(second.stdout)).toMatchObject({ events: 2 });
    await service.until(() => service.stdout().includes('KL_Malicious_URL'), 'detection');
    expect(await service.stop()).toBe(0);
  });

  test('nobody listening is exit code 69', async () => {
    const { exitCode, stderr } = await runCli(['send', '--to', '127.0.0.1:1', '-'], {
      input: 'x\n',
    });
    expect(exitCode).toBe(69);
    expect(stderr).toContain('127.0.0.1:1');
  });
});

/** Runs a command within this process: a hundred starts of a program would take a minute. */
async function runInProcess(
  args: readonly string[],
): Promise<{ readonly exitCode: unknown; readonly stderr: string }> {
  const { main } = await import('../../forwarder/cli.js');
  let stderr = '';
  const write = jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    // A service that started after all would log here, as JSON.
    if (!String(text).startsWith('{')) stderr += String(text);
    return true;
  });
  const out = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await main(args);
    return { exitCode: process.exitCode, stderr };
  } finally {
    process.exitCode = undefined;
    write.mockRestore();
    out.mockRestore();
  }
}
