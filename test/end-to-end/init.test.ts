import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { runCli, startService } from '../support/service-process.js';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'tf-init-'));
});
afterEach(() => rm(cwd, { recursive: true }));

describe('from nothing to detections', () => {
  test('init by flags, check, run, verify', async () => {
    const collector = createServer((socket) => socket.on('error', () => undefined).resume());
    collector.listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const { port } = collector.address() as AddressInfo;

    const init = await runCli(
      [
        'init',
        '--accept-licence',
        '--jsa',
        `127.0.0.1:${port}`,
        '--listen',
        '127.0.0.1:9995',
        '--json',
      ],
      { cwd },
    );
    expect({ exitCode: init.exitCode, stderr: init.stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(init.stdout)).toMatchObject({
      file: join(cwd, 'forwarder.yaml'),
      collector: { url: `tcp://127.0.0.1:${port}`, outcome: 'reachable' },
    });
    expect((await stat(join(cwd, 'forwarder.yaml'))).mode & 0o777).toBe(0o600);

    const check = await runCli(['check'], { cwd });
    expect({ exitCode: check.exitCode, stderr: check.stderr }).toEqual({ exitCode: 0, stderr: '' });
    collector.close();
    await once(collector, 'close');

    // The tests may run as root, which the file that was written refuses.
    const service = await startService(['--set', 'security.refuseRoot=false'], { cwd });
    const verified = await runCli(
      [
        ...['verify', '--service', `127.0.0.1:${service.jsaPort}`],
        ...['--listen', `tcp://127.0.0.1:${port}`, '--json'],
      ],
      { timeoutMs: 60_000 },
    );
    expect(await service.stop()).toBe(0);
    const report = JSON.parse(verified.stdout) as Record<string, unknown>;
    expect({ exitCode: verified.exitCode, shortcomings: report['shortcomings'] }).toEqual({
      exitCode: 0,
      shortcomings: [],
    });
  }, 90_000);

  test('without a terminal the missing flags are wrong usage, as JSON too', async () => {
    const { exitCode, stdout, stderr } = await runCli(['init', '--json'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--accept-licence');
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'TF_USAGE' } });
  });

  test('a secret from standard input is sealed, and opened by the service', async () => {
    const proxy = [
      '--proxy',
      'http://192.0.2.8:3128',
      '--proxy-user',
      'u',
      '--proxy-password',
      '-',
    ];
    const jsa = ['--jsa', '127.0.0.1:1', '--skip-check', '--accept-licence'];
    const init = await runCli(['init', ...jsa, ...proxy], { cwd, input: 'p4ssw0rd\n' });
    expect(init.exitCode).toBe(0);
    expect(await readFile(join(cwd, 'forwarder.yaml'), 'utf8')).toMatch(/proxy: enc:/);
    expect((await runCli(['check', '--no-collectors'], { cwd })).exitCode).toBe(0);
    await rm(join(cwd, 'forwarder.key'));
    const { exitCode, stderr } = await runCli(['check', '--no-collectors'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('forwarder.key, which does not exist');
    expect(init.stdout + init.stderr + stderr).not.toContain('p4ssw0rd');
  });
});
