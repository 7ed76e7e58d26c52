import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { runCli } from '../support/service-process.js';
import { startDetecting } from './support/detecting.js';
import type { DetectingService } from './support/detecting.js';

const tenMegabytes = gzipSync('x.example\n'.repeat(1_000_000));

/**
 * What is put where a feed should be. Opening by itself: test/feeds/opening. Here the commands and the
 * running service: neither waits, reads it, nor dies.
 */
describe('something else in the place of a feed, before the start', () => {
  let directory: string;
  const socket = createServer();

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tf-feeds-'));
    execFileSync('mkfifo', [join(directory, 'pipe.txt')]);
    await symlink('/etc/shadow', join(directory, 'shadow.txt'));
    await symlink('pipe.txt', join(directory, 'to-pipe.txt'));
    await symlink('/dev/zero', join(directory, 'to-zero.txt'));
    await mkdir(join(directory, 'folder.json'));
    await mkdir(join(directory, 'inside'));
    await writeFile(join(directory, 'outside.txt'), 'outside.example\n');
    await symlink('../outside.txt', join(directory, 'inside/way-out.txt'));
    socket.listen(join(directory, 'socket.txt'));
    await once(socket, 'listening');
    // PROTO 4, FRAME, STOP.
    await writeFile(join(directory, 'pickle.txt'), Buffer.from([0x80, 0x04, 0x95, 0x2e]));
  });

  afterAll(async () => {
    socket.close();
    await rm(directory, { recursive: true });
  });

  test.each([
    ['a named pipe that nobody writes to', 'pipe.txt', /is a named pipe/],
    ['a link to it', 'to-pipe.txt', /named pipe/],
    ['a device without an end', '/dev/zero', /is a device/],
    ['a link to a device', 'to-zero.txt', /leads out of|is a device/],
    ["a link to the machine's passwords", 'shadow.txt', /leads out of/],
    ['a link out of its folder', 'inside/way-out.txt', /leads out of/],
    ['a socket', 'socket.txt', /is a socket/],
  ])('%s is refused at once, and named', async (_, path, says) => {
    const { exitCode, stderr, stdout } = await runCli(
      ['check', '--set', `feeds=${path}`, '--set', `index.directory=${directory}/index`],
      { cwd: directory, timeoutMs: 15_000 },
    );
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(says);
    expect(stdout + stderr).not.toMatch(/root:|outside\.example/);
  });

  test('a Python pickle is refused and never opened as one', async () => {
    const { exitCode, stderr } = await runCli(['feeds', 'check', 'pickle.txt'], { cwd: directory });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Python pickle');
    expect(stderr).toContain('opening one runs code');
  });
});

describe('something else in the place of a feed, while the service runs', () => {
  let detecting: DetectingService;

  beforeAll(async () => {
    detecting = await startDetecting('unpacking: { maxBytes: 8MiB }\n');
  }, 40_000);

  afterAll(async () => {
    expect(await detecting.stop()).toBe(0);
  });

  let rounds = 0;

  const failures = (): readonly string[] =>
    detecting.service
      .stderr()
      .split('\n')
      .filter(
        (line) => line.includes('evil.txt') && /"level":"(?:warn|error)"|"level":[45]0/.test(line),
      );

  async function untilAsync(isTrue: () => Promise<boolean>): Promise<void> {
    for (let waited = 0; !(await isTrue()); waited += 20) {
      if (waited > 15_000) throw new Error(`not loaded:\n${detecting.service.stderr()}`);
      await sleep(20);
    }
  }

  async function inPlace(make: (path: string) => Promise<void> | void): Promise<void> {
    const aside = join(detecting.directory, 'aside');
    await make(aside);
    await rename(aside, join(detecting.directory, 'evil.txt'));
  }

  test.each<readonly [string, (path: string) => Promise<void> | void, RegExp]>([
    ['a named pipe', (path) => void execFileSync('mkfifo', [path]), /named pipe/],
    ["a link to the machine's passwords", (path) => symlink('/etc/shadow', path), /leads out of/],
    ['a link to a device', (path) => symlink('/dev/zero', path), /leads out of|device/],
    [
      'a file of a few kilobytes that unpacks to gigabytes',
      (path) => writeFile(path, Buffer.concat(Array.from({ length: 64 }, () => tenMegabytes))),
      /unpacks to more than/,
    ],
  ])(
    '%s: refused, named, and what was in use detects on',
    async (_, make, says) => {
      const before = await detecting.residentBytes();
      const known = failures().length;
      await inPlace(make);
      await detecting.service.until(
        () =>
          failures()
            .slice(known)
            .some((line) => says.test(line)),
        'word of it',
      );
      const sent = detecting.detections().length;
      await detecting.send('http://still.evil.example/\n');
      await detecting.service.until(() => detecting.detections().length > sent, 'the detection');
      expect((await detecting.residentBytes()) - before).toBeLessThan(64 * 2 ** 20);
      // A fault that stays the same is told once.
      const loads = await detecting.metric('tf_feed_loads_total{outcome="loaded"}');
      // Its content is new each time: what is as it was is not loaded anew.
      rounds += 1;
      await inPlace((path) => writeFile(path, `evil.example\nround${rounds}.example\n`));
      await untilAsync(
        async () => (await detecting.metric('tf_feed_loads_total{outcome="loaded"}')) > loads,
      );
    },
    40_000,
  );

  test('and a good feed is taken again', async () => {
    const sent = detecting.detections().length;
    await detecting.send('http://x.round4.example/\n');
    await detecting.service.until(() => detecting.detections().length > sent, 'the detection');
    expect(await readdir(detecting.directory)).not.toContain('aside');
  }, 40_000);
});
