import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { startTestPortal } from '../portal/start-test-portal.js';
import type { TestPortal } from '../portal/test-portal.js';
import { projectDirectory } from '../support/service-process.js';
import { lookupFolder } from './lookup-support.js';
import type { LookupFolder } from './lookup-support.js';

// The machine may be busy with other tests.
jest.setTimeout(120_000);

const program = join(projectDirectory, 'tools/threat-forwarder.js');
const args = ['ip', '--csv', 'in.csv', '--column', 'src', '--fields', 'KLZone,KLHits,KLASN'];
const rows = Array.from(
  { length: 10_000 },
  (_, number) =>
    `${number},10.1.${Math.floor(number / 250) % 2}.${number % 250},"row ${number}, ""quoted"""`,
);

let portal: TestPortal;
let folder: LookupFolder;
let expected: string;

beforeAll(async () => {
  portal = await startTestPortal({ delayMs: 50, demandsCertificate: 'none' });
  folder = await lookupFolder(portal);
  await writeFile(join(folder.path, 'in.csv'), `id,src,note\n${rows.join('\n')}\n`);
}, 60_000);

afterAll(async () => {
  await portal.close();
  await folder.remove();
}, 60_000);

const read = (name: string): Promise<string> => readFile(join(folder.path, name), 'utf8');

describe('10,000 rows with 500 values', () => {
  test('are done in order, each value asked once, so many at a time', async () => {
    const done = await folder.run([...args, '--output', 'whole.csv']);
    expect(done).toMatchObject({ exitCode: 0, stdout: '' });
    expect(done.stderr).toContain('10000 rows: 10000 with data; 500 values looked up');
    expect(portal.requests).toHaveLength(500);
    expect(portal.inFlight.most).toBeGreaterThan(1);
    // A request counts until the portal sees its answer gone, when the next may be there already.
    expect(portal.inFlight.most).toBeLessThanOrEqual(2 * 8);
    expected = await read('whole.csv');
    const lines = expected.trimEnd().split('\n');
    expect(lines.shift()).toBe('id,src,note,$KLZone,$KLHits,$KLASN');
    expect(lines.map((line, number) => line.startsWith(`${rows[number] ?? 'none'},`))).toEqual(
      rows.map(() => true),
    );
    const reply = portal.replyFor('ip', '10.1.1.1') as { readonly Zone: string };
    expect(lines[251]).toContain(`,${reply.Zone},`);
  });

  test('ask nothing when all is in the cache', async () => {
    const before = portal.requests.length;
    const done = await folder.run(args);
    expect(done.exitCode).toBe(0);
    expect(done.stdout).toBe(expected);
    expect(portal.requests).toHaveLength(before);
    const input = await read('in.csv');
    const piped = await folder.run(args.with(2, '-'), input);
    expect(piped.stdout).toBe(expected);
    expect(portal.requests).toHaveLength(before);
  });

  test.each(['SIGKILL', 'SIGINT'] as const)('go on after %s, each row once', async (signal) => {
    await rm(join(folder.path, 'cache'), { recursive: true });
    const before = portal.requests.length;
    const all = [...args, '--output', 'cut.csv'];
    const child = spawn(process.execPath, [program, 'lookup', ...all], {
      cwd: folder.path,
      env: { ...process.env, ...folder.env, NO_COLOR: '1' },
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const closed = once(child, 'close') as Promise<[number | null]>;
    // Of 500 values more than half are still to be asked.
    const deadline = Date.now() + 30_000;
    while (portal.requests.length < before + 100) {
      if (Date.now() > deadline || child.exitCode !== null) throw new Error(`too few:\n${stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    child.kill(signal);
    const [code] = await closed;
    expect(code).toBe(signal === 'SIGINT' ? 130 : null);
    if (signal === 'SIGINT') {
      expect(stderr).toMatch(/interrupted: \d+ rows are done; the same options and --resume go on/);
    }
    expect((await stat(join(folder.path, 'cut.csv.state'))).mode & 0o777).toBe(0o600);
    expect((await read('cut.csv')).length).toBeLessThan(expected.length);

    const resumed = await folder.run([...all, '--resume']);
    expect(resumed).toMatchObject({ exitCode: 0 });
    expect(await read('cut.csv')).toBe(expected);
    await expect(stat(join(folder.path, 'cut.csv.state'))).rejects.toThrow('ENOENT');
    // Those that were out when it ended may be asked again.
    expect(portal.requests.length - before).toBeLessThanOrEqual(500 + 8);
  });
});

test('rows stop at the quota, say so, and go on', async () => {
  await rm(join(folder.path, 'cache'), { recursive: true });
  portal.fail({ after: 100, times: 100, what: { kind: 'answer', status: 403 } });
  const before = portal.requests.length;
  const all = [...args, '--output', 'quota.csv'];
  const stopped = await folder.run(all);
  expect(stopped.exitCode).toBe(69);
  expect(stopped.stderr).toMatch(/HTTP 403\); \d+ rows are done \(TF_PEER_UNAVAILABLE\)/);
  expect(stopped.stderr).toContain('the same options and --resume go on there');
  expect(portal.requests.length - before).toBeLessThanOrEqual(100 + 8);
  expect(expected.startsWith(await read('quota.csv'))).toBe(true);
  // Whoever goes on too early is told the same, and nothing is lost.
  const early = await folder.run([...all, '--resume']);
  expect(early.exitCode).toBe(69);
  const other = await startTestPortal({ demandsCertificate: 'none' });
  const elsewhere = ['--set', `lookup.url=${other.url}`, '--set', `lookup.ca=${other.caFile}`];
  const wrongToken = await folder.run([...all, '--resume', ...elsewhere]);
  await other.close();
  expect(wrongToken.exitCode).toBe(2);
  expect(wrongToken.stderr).toContain('HTTP 401');
  expect(expected.startsWith(await read('quota.csv'))).toBe(true);
});
