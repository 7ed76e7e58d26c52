import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from '@jest/globals';

import { projectDirectory, runCli, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

// The machine may be busy with other tests.
jest.setTimeout(120_000);

const eventFile = join(projectDirectory, 'verification/kl_verification_test.txt');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-scan-e2e-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('scan --local', () => {
  test('standard input, packed: CSV on standard output, nothing else there', async () => {
    const packed = join(folder, 'events');
    await writeFile(packed, gzipSync('x\nip=192.0.2.4 url="a"\n'));
    const { exitCode, stdout, stderr } = await runCli(
      ['scan', '--local', '--fail-on-detect', '--csv', '-', packed],
      { cwd: folder },
    );
    expect(exitCode).toBe(1);
    const [heading, row = ''] = stdout.split('\n');
    expect(heading).toBe('file,line,category,matched_indicator,reply');
    expect(row).toContain(`${packed},2,KL_APT_IP,192.0.2.4,- category=KL_APT_IP `);
    expect(stderr).toMatch(/KL_APT_IP +1 +1\n2 events in 1 input/);

    const piped = await runCli(['scan', '--local', '--json', '-'], {
      cwd: folder,
      input: 'md5=FEAF2058298C1E174C2B79AFFC7CF4DF\nclean\n',
    });
    expect(piped.exitCode).toBe(0);
    expect(JSON.parse(piped.stdout)).toMatchObject({
      files: 1,
      events: 2,
      categories: [{ category: 'KL_Malicious_Hash_MD5', indicators: 1 }],
    });
    expect(await readdir(folder)).toEqual(['events']);
  });

  test('values; --resume of what comes by a pipe; an unreadable file', async () => {
    const value = await runCli(['scan', '--local', '-i', '192.0.2.4'], { cwd: folder });
    expect(value.stdout).toMatch(/^- category=KL_APT_IP matchedIndicator=192\.0\.2\.4 .*\n$/);
    const piped = await runCli(['scan', '--local', '--resume', '-'], { cwd: folder, input: 'x' });
    expect(piped.exitCode).toBe(2);
    const missing = await runCli(['scan', '--local', 'none.log'], { cwd: folder });
    expect(missing).toMatchObject({ exitCode: 2, stdout: '' });
    expect(missing.stderr).toContain('no file matches none.log');
  });
});

describe('scan against the service', () => {
  let service: ServiceProcess;
  let serviceFolder: string;

  beforeAll(async () => {
    serviceFolder = await mkdtemp(join(tmpdir(), 'tf-scan-service-'));
    const sets = ['delivery.collectors=[]'].flatMap((setting) => ['--set', setting]);
    service = await startService(sets, { cwd: serviceFolder });
  });
  afterAll(async () => {
    await service.stop();
    await rm(serviceFolder, { recursive: true, force: true });
  });

  test('reports the same detections as a scan without it', async () => {
    const port = service.cybertracePort;
    const config = `<Settings><Connection>127.0.0.1:${port}</Connection><ThreadsCount>4</ThreadsCount><OutputDir>reports</OutputDir></Settings>`;
    await writeFile(join(folder, 'log_scanner.conf'), config);
    await mkdir(join(folder, 'logs'));
    await copyFile(eventFile, join(folder, 'logs', 'test.txt'));
    const args = ['scan', '-r', '--skip-comments', '-p', 'logs'];
    const asked = await runCli([...args, '-c', 'log_scanner.conf'], { cwd: folder });
    expect(asked).toMatchObject({ exitCode: 0, stderr: '' });
    const here = await runCli([...args, '--local', '--output-dir', 'here'], { cwd: folder });
    expect(here).toMatchObject({ exitCode: 0 });
    const reports = await Promise.all(['reports', 'here'].map(reportOf));
    expect(reports[0]?.length).toBeGreaterThan(30);
    expect(reports[0]).toEqual(reports[1]);
  });

  async function reportOf(name: string): Promise<readonly string[]> {
    const [report = ''] = await readdir(join(folder, name));
    const text = await readFile(join(folder, name, report), 'utf8');
    return text.trim().split('\n').slice(0, -1);
  }
});
