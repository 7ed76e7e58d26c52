import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { addressDetections, startFakeService } from '../commands/scan/fake-service.js';
import type { FakeService } from '../commands/scan/fake-service.js';
import { eventLines, scanFolder } from '../commands/scan/scan-in-process.js';
import type { ScanFolder } from '../commands/scan/scan-in-process.js';
import { projectDirectory, runCli } from '../support/service-process.js';

// The machine may be busy with other tests.
jest.setTimeout(120_000);

const program = join(projectDirectory, 'tools/threat-forwarder.js');
const lines = eventLines(4000, 5);
const expected = lines.flatMap(addressDetections);
let folder: ScanFolder;
let service: FakeService | undefined;

beforeEach(async () => {
  folder = await scanFolder();
});
afterEach(async () => {
  await service?.close();
  service = undefined;
  await folder.remove();
});

/** Starts a scan that is killed as soon as the service has had so many events. */
async function killedAfter(
  events: number,
  signal: NodeJS.Signals,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const child = spawn(process.execPath, [program, 'scan', ...args], { cwd: folder.path });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const closed = once(child, 'close') as Promise<[number | null]>;
  const deadline = Date.now() + 30_000;
  while ((service?.events.length ?? 0) < events && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  child.kill(signal);
  const [code] = await closed;
  return { code, stderr };
}

/** A service that takes a moment for some events, so that there is time to be interrupted. */
function slowService(): Promise<FakeService> {
  let taken = 0;
  return startFakeService({
    gate: () =>
      (taken += 1) % 50 === 0
        ? new Promise((resolve) => setTimeout(resolve, 2))
        : Promise.resolve(),
  });
}

async function reportLines(): Promise<readonly string[]> {
  const [name, ...others] = (await readdir(folder.path)).filter((one) => one.includes('_report'));
  expect(others).toEqual([]);
  return (await readFile(join(folder.path, name ?? ''), 'utf8')).trim().split('\n');
}

describe('a scan that is interrupted', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('by %s goes on: no event twice, none lost', async (signal, code) => {
    service = await slowService();
    const half = lines.length / 2;
    await folder.write('a.log', `${lines.slice(0, half).join('\n')}\n`);
    await folder.write('b.log', lines.slice(half).join('\n'));
    const args = ['-r', '--connect', service.address, '--csv', 'found.csv', '-p', '*.log'];
    const first = await killedAfter(1000, signal, args);
    expect(first.code).toBe(code);
    expect(first.stderr).toMatch(/interrupted after \d+ events, .*[ab]\.log, line \d+, byte \d+/);
    const sent = service.events.length;
    expect(sent).toBeLessThan(lines.length);
    expect(first.stderr).toContain(`interrupted after ${sent} events`);

    const second = await runCli(['scan', '--resume', ...args], { cwd: folder.path });
    expect(second).toMatchObject({ exitCode: 0 });
    expect([...service.events].sort()).toEqual([...lines].sort());
    const report = await reportLines();
    expect(report.slice(0, -3)).toEqual(expected);
    expect(report.at(-3)).toBe(`Total number of objects sent to KTFS: ${lines.length}`);
    expect(report.at(-2)).toBe(`Total number of detects received from KTFS: ${expected.length}`);
    const csv = (await readFile(join(folder.path, 'found.csv'), 'utf8')).trim().split('\n');
    expect(csv).toHaveLength(expected.length + 1);
    expect((await readdir(folder.path)).filter((one) => one.includes('resume'))).toEqual([]);
  });

  test('by SIGKILL goes on from its last note: every detection once in the report', async () => {
    // Long enough for a note, which is made every second.
    let taken = 0;
    service = await startFakeService({
      gate: () =>
        (taken += 1) % 20 === 0
          ? new Promise((resolve) => setTimeout(resolve, 10))
          : Promise.resolve(),
    });
    await folder.write('a.log', lines.join('\n'));
    const args = ['-r', '--threads', '2', '--connect', service.address, '-p', 'a.log'];
    const child = spawn(process.execPath, [program, 'scan', ...args], { cwd: folder.path });
    const closed = once(child, 'close');
    const deadline = Date.now() + 30_000;
    while (!(await readdir(folder.path)).some((one) => one.includes('_resume_'))) {
      if (Date.now() > deadline || child.exitCode !== null) throw new Error('no note was made');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill('SIGKILL');
    await closed;
    const second = await runCli(['scan', '--resume', ...args], { cwd: folder.path });
    expect(second).toMatchObject({ exitCode: 0 });
    expect((await reportLines()).slice(0, -3)).toEqual(expected);
    expect(new Set(service.events)).toEqual(new Set(lines));
  });

  test('does not go on with files that have changed, nor without an interrupted scan', async () => {
    service = await slowService();
    const file = await folder.write('a.log', lines.join('\n'));
    const args = ['-r', '--connect', service.address, '-p', 'a.log'];
    const none = await runCli(['scan', '--resume', ...args], { cwd: folder.path });
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toContain('there is no interrupted scan of these inputs');
    expect((await killedAfter(500, 'SIGTERM', args)).code).toBe(143);
    await folder.write('a.log', `${lines.join('\n')}\nmore`);
    const changed = await runCli(['scan', '--resume', ...args], { cwd: folder.path });
    expect(changed.exitCode).toBe(2);
    expect(changed.stderr).toContain('a.log: the file has changed');
    expect(file).toContain('a.log');
  });
});
