import { readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { readHeader } from '../../../forwarder/delivery/spool/record.js';
import { faultyFiles, systemError, type Fate, type FileOperation } from './faulty-files.js';
import {
  allWritten,
  appendSome,
  openTest,
  range,
  readAll,
  seqsOf,
  temporaryFolder,
  until,
} from './support.js';

/** Every segment file must end where a record does. */
function expectWholeRecords(folder: string): void {
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.spool'))) {
    const bytes = readFileSync(join(folder, name));
    let at = 32;
    while (at < bytes.length) at += readHeader(bytes, at)?.length ?? Infinity;
    expect([name, at]).toEqual([name, bytes.length]);
  }
}

const isSegment = ({ path }: FileOperation): boolean => path.endsWith('.spool');

describe('a disk that cannot be written', () => {
  test.each([
    ['ENOSPC', 'write'],
    ['EDQUOT', 'write'],
    ['EIO', 'write'],
    ['EROFS', 'open'],
    ['ENOSPC', 'open'],
    ['EIO', 'sync'],
  ] as const)('%s at %s: messages wait in memory, and are written later', async (code, name) => {
    const folder = temporaryFolder();
    let isBroken = false;
    const fate = (operation: FileOperation): Fate =>
      isBroken && operation.name === name && isSegment(operation) ? systemError(code) : undefined;
    const files = faultyFiles(fate);
    const opened = await openTest(folder, { files });
    const { spool, health, counters, corrupt, logger } = opened;
    appendSome(spool, 20);
    await allWritten(spool);
    isBroken = true;
    appendSome(spool, 200);
    await until(() => !spool.isHealthy);
    const { writtenSeq } = spool;
    appendSome(spool, 100);
    await until(() => counters.total('tf_spool_write_failures_total') >= 3);
    if (name !== 'sync') {
      expect(spool.writtenSeq).toBe(writtenSeq);
      expect(spool.unwrittenBytes).toBeGreaterThan(0);
    }
    expectWholeRecords(folder);
    // What is on disk is given meanwhile.
    if (name !== 'open') expect(seqsOf(await readAll(spool))).toEqual(range(1, spool.writtenSeq));
    isBroken = false;
    await until(() => spool.isHealthy);
    await allWritten(spool);
    expect(seqsOf(await readAll(spool))).toEqual(range(1, 321));
    expect(health).toEqual([false, true]);
    expect(corrupt()).toBe(0);
    const codes = logger.lines.map((line) => line.code);
    expect(codes.filter((one) => one.startsWith('spool.'))).toEqual([
      'spool.unhealthy',
      'spool.healthy',
    ]);
    await spool.close();
    expectWholeRecords(folder);
    const again = await openTest(folder);
    expect(seqsOf(await readAll(again.spool))).toEqual(range(1, 321));
    expect(again.corrupt()).toBe(0);
  });

  test('a part of a write, and the truncation fails too: another file is begun, nothing is lost', async () => {
    const folder = temporaryFolder();
    let isBroken = false;
    const files = faultyFiles((operation) =>
      isBroken && ['write', 'truncate'].includes(operation.name) && isSegment(operation)
        ? systemError('EIO')
        : undefined,
    );
    const { spool, corrupt } = await openTest(folder, { files, segmentBytes: 2 ** 20 });
    appendSome(spool, 20);
    await allWritten(spool);
    isBroken = true;
    appendSome(spool, 20);
    await until(() => !spool.isHealthy);
    isBroken = false;
    await allWritten(spool);
    expect(spool.segments).toBe(2);
    expect(seqsOf(await readAll(spool))).toEqual(range(1, 41));
    await spool.close();
    const again = await openTest(folder);
    expect(seqsOf(await readAll(again.spool))).toEqual(range(1, 41));
    expect([corrupt(), again.corrupt()]).toEqual([0, 0]);
  });

  test('messages that are acknowledged meanwhile need not be written, and are not missed later', async () => {
    const folder = temporaryFolder();
    let isBroken = false;
    const files = faultyFiles((operation) =>
      isBroken && operation.name === 'write' ? systemError('ENOSPC') : undefined,
    );
    const { spool, corrupt } = await openTest(folder, { files });
    appendSome(spool, 20);
    await allWritten(spool);
    isBroken = true;
    appendSome(spool, 50, 10_000);
    await until(() => !spool.isHealthy);
    for (let round = 0; round < 20; round++) {
      appendSome(spool, 100, 10_000);
      spool.acknowledge(spool.nextSeq);
      // A disk that is away for long costs no memory while collectors take the messages.
      await until(() => spool.unwrittenBytes === 0);
    }
    expect(spool.writtenSeq).toBe(spool.nextSeq);
    const first = spool.nextSeq;
    appendSome(spool, 10);
    isBroken = false;
    await allWritten(spool);
    expect(seqsOf(await readAll(spool))).toEqual(range(first, first + 10));
    await spool.close();
    // With the checkpoint of long ago the gap is still none.
    rmSync(join(folder, 'checkpoint'));
    const again = await openTest(folder);
    const read = seqsOf(await readAll(again.spool));
    expect(read.slice(-10)).toEqual(range(first, first + 10));
    expect([corrupt(), again.corrupt()]).toEqual([0, 0]);
  });

  test('the checkpoint cannot be written: no file is deleted before it can', async () => {
    const folder = temporaryFolder();
    let isBroken = true;
    const unlinked: string[] = [];
    const files = faultyFiles(({ name, path }) => {
      if (name === 'unlink' && path.endsWith('.spool')) unlinked.push(path);
      const isNote = path.endsWith('checkpoint') && name === 'sync';
      return isBroken && isNote ? systemError('EIO') : undefined;
    });
    const { spool, counters } = await openTest(folder, { files });
    appendSome(spool, 200);
    await allWritten(spool);
    spool.acknowledge(150);
    await until(() => counters.total('tf_spool_write_failures_total') >= 2);
    expect(unlinked).toEqual([]);
    isBroken = false;
    await until(() => unlinked.length > 2);
    await until(() => spool.isHealthy);
    expect(seqsOf(await readAll(spool))).toEqual(range(150, 201));
  });

  test('closed while the disk is broken: it says how many are not written', async () => {
    let isBroken = false;
    const files = faultyFiles((operation) =>
      isBroken && operation.name === 'write' ? systemError('EIO') : undefined,
    );
    const { spool, logger } = await openTest(temporaryFolder(), { files });
    appendSome(spool, 5);
    await allWritten(spool);
    isBroken = true;
    appendSome(spool, 7);
    await spool.close();
    const line = logger.lines.find(({ code }) => code === 'spool.not_closed');
    expect(line?.message).toContain('7 messages');
    expect(spool.writtenSeq).toBe(6);
  });
});

describe('a folder that goes away under the service', () => {
  test.each(['deleted', 'renamed'])(
    '%s: it is made anew, and what comes is kept there',
    async (how) => {
      const folder = join(temporaryFolder(), 'spool');
      const { spool, health } = await openTest(folder);
      appendSome(spool, 100);
      await allWritten(spool);
      if (how === 'deleted') rmSync(folder, { recursive: true });
      else renameSync(folder, `${folder}.away`);
      appendSome(spool, 1);
      await until(() => health.includes(false));
      await until(() => spool.isHealthy);
      const first = spool.nextSeq;
      appendSome(spool, 50);
      await allWritten(spool);
      expect(seqsOf(await spool.read(first, 100, 1e6))).toEqual(range(first, first + 50));
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      await spool.close();
      const again = await openTest(folder);
      expect(seqsOf(await readAll(again.spool)).slice(-50)).toEqual(range(first, first + 50));
    },
  );
});

describe('a disk that cannot be read', () => {
  test('a bad place costs the messages on it', async () => {
    const folder = temporaryFolder();
    let isBad = false;
    const files = faultyFiles(({ name, path }) =>
      isBad && name === 'read' && path.endsWith('.spool') ? systemError('EIO') : undefined,
    );
    const { spool, corrupt } = await openTest(folder, { files });
    appendSome(spool, 200);
    await allWritten(spool);
    isBad = true;
    const read = spool.read(1, 10, 1e6);
    expect(await read).toEqual([]);
    expect(corrupt()).toBe(200);
  });

  test('a file that cannot be closed does not keep the spool from its end', async () => {
    const folder = temporaryFolder();
    let isBad = false;
    const files = faultyFiles((operation) =>
      isBad && operation.name === 'close' && isSegment(operation) ? systemError('EIO') : undefined,
    );
    const { spool } = await openTest(folder, { files });
    appendSome(spool, 200);
    await allWritten(spool);
    expect(await spool.read(1, 10, 1e6)).toHaveLength(10);
    appendSome(spool, 10);
    isBad = true;
    await spool.close();
    await files.bury();
    expect(spool.writtenSeq).toBe(211);
    // The lock was given back.
    expect(seqsOf(await readAll((await openTest(folder)).spool))).toEqual(range(1, 211));
  });

  test('too many open files: it waits, and nothing counts as lost', async () => {
    let left = 3;
    let isShort = false;
    const files = faultyFiles((operation) =>
      isShort && operation.name === 'open' && isSegment(operation) && left-- > 0
        ? systemError('EMFILE')
        : undefined,
    );
    const { spool, corrupt } = await openTest(temporaryFolder(), { files });
    appendSome(spool, 200);
    await allWritten(spool);
    isShort = true;
    expect(seqsOf(await readAll(spool))).toEqual(range(1, 201));
    expect(corrupt()).toBe(0);
  });
});
