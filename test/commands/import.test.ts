import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { projectDirectory, runCli } from '../support/service-process.js';
import type { Finished } from '../support/service-process.js';

const fixtures = join(projectDirectory, 'test/fixtures/cybertrace');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tf-import-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  rmSync(join(folder, 'forwarder.yaml'), { force: true });
});

const run = (...args: readonly string[]): Promise<Finished> =>
  runCli(['import', ...args], { cwd: folder });
const confOf = (version: string): string => join(fixtures, version, 'kl_feed_service.conf');

interface Report {
  readonly version: string;
  readonly output: string;
  readonly backup?: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly items: readonly { readonly line: number; readonly status: string }[];
}

describe('threat-forwarder import', () => {
  test('writes forwarder.yaml, tells of every setting, exits with 1 when something is lost', async () => {
    const { exitCode, stdout } = await run(
      confOf('v5'),
      '--feeds-directory',
      'feeds',
      '--report',
      'report.txt',
    );
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^line +setting +result +now at, or what to do/);
    expect(stdout).toContain('3 not supported.');
    expect(stdout).toContain(`Written to ${join(folder, 'forwarder.yaml')}.`);
    expect(readFileSync(join(folder, 'forwarder.yaml'), 'utf8')).toContain(
      'path: feeds/Malicious_Hash_Data_Feed.json',
    );
    const report = readFileSync(join(folder, 'report.txt'), 'utf8');
    expect(report).toContain('Plugins');
    expect(report).not.toContain('\u001b');
  });

  test('as data, with line numbers; 0 when nothing is lost', async () => {
    const { exitCode, stdout } = await run(confOf('v2'), '--json');
    expect(exitCode).toBe(0);
    const report = JSON.parse(stdout) as Report;
    expect(report).toMatchObject({ version: '2.x', output: join(folder, 'forwarder.yaml') });
    expect(report.counts['not supported']).toBe(0);
    expect(report.items.map(({ line }) => line)).toContain(21);
  });

  test('a file that is there is not written over without --force, which keeps a copy', async () => {
    writeFileSync(join(folder, 'forwarder.yaml'), 'log: { level: debug }\n');
    const refused = await run(confOf('v2'));
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('--force');
    expect(readFileSync(join(folder, 'forwarder.yaml'), 'utf8')).toBe('log: { level: debug }\n');
    const forced = await run(confOf('v2'), '--force', '--json');
    expect(forced.exitCode).toBe(0);
    expect(readFileSync((JSON.parse(forced.stdout) as Report).backup ?? '', 'utf8')).toBe(
      'log: { level: debug }\n',
    );
  });

  test('a bad file: exit code 2, its line, and nothing written', async () => {
    writeFileSync(join(folder, 'bad.conf'), '<Configuration>\n<InputSettings>\n</Configuration>');
    const { exitCode, stderr } = await run('bad.conf');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('bad.conf:3:');
    expect(existsSync(join(folder, 'forwarder.yaml'))).toBe(false);
  });

  test('log_scanner.conf alone: nothing is written, scan reads it', async () => {
    const { exitCode, stdout } = await run(join(fixtures, 'v4/log_scanner.conf'));
    expect(exitCode).toBe(0);
    expect(stdout).toContain('scan --connect 127.0.0.1:9999');
    expect(existsSync(join(folder, 'forwarder.yaml'))).toBe(false);
  });
});

describe('the file as it is', () => {
  test('check --config kl_feed_service.conf goes through it, feeds and formats too', async () => {
    const directory = join(folder, 'ktfs');
    cpSync(join(fixtures, 'v2'), directory, { recursive: true });
    const demo = join(projectDirectory, 'verification/feeds/Mobile_Botnet_Data_Feed.json');
    cpSync(demo, join(directory, 'feeds/Mobile_Botnet_Data_Feed.json'), { recursive: true });
    const { exitCode, stdout } = await runCli(
      ['check', '--config', 'ktfs/kl_feed_service.conf', '--no-collectors', '--json'],
      { cwd: folder },
    );
    const { findings } = JSON.parse(stdout) as {
      findings: readonly { readonly part: string; readonly detail: string }[];
    };
    expect({ exitCode, findings }).toMatchObject({ exitCode: 0 });
    const details = findings.map(({ part, detail }) => `${part}: ${detail}`);
    expect(details).toContainEqual(expect.stringContaining('configuration of CyberTrace 2.x'));
    expect(details).toContainEqual(expect.stringMatching(/^feed Mobile_Botnet_Data_Feed: \d/));
  });
});
