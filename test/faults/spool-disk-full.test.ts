import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { readHeader } from '../../forwarder/delivery/spool/record.js';
import {
  allWritten,
  appendSome,
  openTest,
  range,
  readAll,
  seqsOf,
  temporaryFolder,
  until,
} from '../delivery/spool/support.js';

const mayMount = process.getuid?.() === 0 || process.env['TF_FORBID_SKIP'] === '1';

/** Bytes of the segment files; each must end where a record does. */
function wholeBytes(folder: string): number {
  let sum = 0;
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.spool'))) {
    const bytes = readFileSync(join(folder, name));
    let at = 32;
    while (at < bytes.length) at += readHeader(bytes, at)?.length ?? Infinity;
    expect([name, at]).toEqual([name, bytes.length]);
    sum += bytes.length;
  }
  return sum;
}

(mayMount ? describe : describe.skip)('a real disk of 4 MB that is full (needs root)', () => {
  let mount = '';
  beforeEach(() => {
    mount = temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=700', 'tmpfs', mount]);
  });

  afterEach(() => {
    execFileSync('umount', ['-l', mount]);
  });

  test('no half record, nothing lost, and back by itself when others make room', async () => {
    const { spool, health, counters, corrupt } = await openTest(mount, {
      segmentBytes: 512 * 1024,
      timing: { retryMs: 1000 },
    });
    const body = 3000;
    while (spool.isHealthy && spool.nextSeq < 5000) {
      appendSome(spool, 10, body);
      await until(() => spool.unwrittenBytes < 100_000 || !spool.isHealthy);
    }
    expect(health).toEqual([false]);
    expect(statfsSync(mount).bavail * statfsSync(mount).bsize).toBeLessThan(512 * 1024);
    expect(wholeBytes(mount)).toBe(spool.bytes);
    expect(counters.total('tf_spool_write_failures_total')).toBeGreaterThan(0);
    // The disk is given room by what is sent: the oldest files go.
    const appended = spool.nextSeq;
    const written = spool.writtenSeq;
    expect(seqsOf(await readAll(spool), body)).toEqual(range(1, written));
    spool.acknowledge(200);
    const freedAt = Date.now();
    await until(() => spool.isHealthy);
    expect(Date.now() - freedAt).toBeLessThan(5000);
    await allWritten(spool);
    expect(seqsOf(await readAll(spool), body)).toEqual(range(200, appended));
    expect(corrupt()).toBe(0);
    await spool.close();
    wholeBytes(mount);
  }, 60_000);

  test('filled by somebody else, at the start already', async () => {
    const before = await openTest(mount);
    appendSome(before.spool, 100);
    await allWritten(before.spool);
    await before.spool.close();
    const filler = join(mount, 'filler');
    try {
      writeFileSync(filler, Buffer.alloc(8 * 2 ** 20));
    } catch {
      // As full as it gets.
    }
    const { spool, health, corrupt } = await openTest(mount);
    appendSome(spool, 500);
    await until(() => !spool.isHealthy);
    appendSome(spool, 500);
    expect(seqsOf(await readAll(spool))).toEqual(range(1, spool.writtenSeq));
    wholeBytes(mount);
    rmSync(filler);
    await until(() => spool.isHealthy, 5000);
    await allWritten(spool);
    expect(seqsOf(await readAll(spool))).toEqual(range(1, 1101));
    expect(health).toEqual([false, true]);
    expect(corrupt()).toBe(0);
    await spool.close();
  }, 60_000);
});
