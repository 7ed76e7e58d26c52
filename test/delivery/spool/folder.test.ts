import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { exitCodeOf, ServiceError } from '../../../forwarder/core/index.js';
import { markText, ownMark } from '../../../forwarder/delivery/spool/process-mark.js';
import { firstLine, killed, startChild } from './child.js';
import { faultyFiles, systemError } from './faulty-files.js';
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

const isRoot = process.getuid?.() === 0;
const asRoot = isRoot || process.env['TF_FORBID_SKIP'] === '1' ? test : test.skip;

/** The error that opening ends with. */
async function refusal(directory: string): Promise<ServiceError> {
  try {
    const { spool } = await openTest(directory);
    await spool.close();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('it was opened');
}

async function filled(directory: string, count = 100): Promise<void> {
  const { spool } = await openTest(directory);
  appendSome(spool, count);
  await allWritten(spool);
  await spool.close();
}

describe('a folder that must not be used', () => {
  test('a symbolic link, also with a slash at its end', async () => {
    const parent = temporaryFolder();
    mkdirSync(join(parent, 'real'));
    symlinkSync('real', join(parent, 'spool'));
    for (const path of [join(parent, 'spool'), `${join(parent, 'spool')}/`]) {
      const error = await refusal(path);
      expect(error.message).toContain('symbolic link');
      expect([error.code, error.where]).toEqual(['TF_SPOOL', join(parent, 'spool')]);
      expect(error.hint).toContain('delivery.spool.directory');
      expect(exitCodeOf(error)).toBe(69);
    }
    expect(readdirSync(join(parent, 'real'))).toEqual([]);
  });

  test('a file in its place, or in the place of a folder above', async () => {
    const path = join(temporaryFolder(), 'spool');
    writeFileSync(path, 'x');
    expect((await refusal(path)).message).toContain('is none');
    expect((await refusal(join(path, 'below'))).code).toBe('TF_SPOOL');
  });

  test('everybody can write to it', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o777);
    const error = await refusal(folder);
    expect(error.message).toContain('everybody');
    expect(error.hint).toBe(`chmod 700 ${folder}`);
  });

  asRoot('it belongs to another user', async () => {
    const folder = temporaryFolder();
    chownSync(folder, 12345, 12345);
    expect((await refusal(folder)).message).toContain('user 12345');
  });

  asRoot('it is read-only', async () => {
    const folder = temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=1m,mode=700', 'tmpfs', folder]);
    try {
      const error = await refusal(folder);
      expect(error.message).toContain('EROFS');
      expect(error.hint).toContain('right to write');
    } finally {
      execFileSync('umount', [folder]);
    }
  });

  test('below a folder in which none can be made', async () => {
    const error = await refusal('/proc/threat-forwarder/spool');
    expect([error.code, error.where]).toEqual(['TF_SPOOL', '/proc/threat-forwarder/spool']);
  });

  test.each(['0000000000000001.spool', 'checkpoint', 'lock'])(
    '%s is a symbolic link',
    async (name) => {
      const folder = temporaryFolder();
      const target = join(temporaryFolder(), 'victim');
      writeFileSync(target, 'precious');
      await filled(folder);
      rmSync(join(folder, name), { force: true });
      symlinkSync(target, join(folder, name));
      const error = await refusal(folder);
      expect(error.message).toContain('symbolic link');
      expect(error.where).toBe(join(folder, name));
      expect(readFileSync(target, 'utf8')).toBe('precious');
    },
  );

  test.each(['0000000000000001.spool', 'checkpoint'])('%s is a pipe: no hang', async (name) => {
    const folder = temporaryFolder();
    await filled(folder);
    rmSync(join(folder, name), { force: true });
    execFileSync('mkfifo', [join(folder, name)]);
    expect((await refusal(folder)).message).toContain('no regular file');
  });

  asRoot('a file of another user is in it', async () => {
    const folder = temporaryFolder();
    await filled(folder);
    chownSync(join(folder, '0000000000000001.spool'), 12345, 12345);
    expect((await refusal(folder)).message).toContain('user 12345');
  });

  test('files that are none of its own are left alone', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'notes.txt'), 'x');
    writeFileSync(join(folder, '1.spool'), 'x');
    await filled(folder);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['1.spool', 'notes.txt']));
  });
});

describe('one service for each folder', () => {
  test('a second one is refused, in this process and in another one, and does no harm', async () => {
    const folder = temporaryFolder();
    const { spool } = await openTest(folder);
    appendSome(spool, 10);
    const error = await refusal(folder);
    expect(error.message).toContain(`in use by the process ${process.pid}`);
    expect([error.code, exitCodeOf(error)]).toEqual(['TF_SPOOL', 69]);
    const child = startChild('hold-child.ts', [folder]);
    try {
      expect(await firstLine(child)).toContain(`in use by the process ${process.pid}`);
    } finally {
      await killed(child);
    }
    appendSome(spool, 10);
    await allWritten(spool);
    await spool.close();
    const again = await openTest(folder);
    expect(seqsOf(await readAll(again.spool))).toEqual(range(1, 21));
  });

  test('refused while another process has it, taken over at once when that one was killed', async () => {
    const folder = temporaryFolder();
    const child = startChild('hold-child.ts', [folder]);
    try {
      expect(await firstLine(child)).toBe('open');
      expect((await refusal(folder)).message).toContain(`process ${child.pid ?? 0}`);
    } finally {
      await killed(child);
    }
    expect(existsSync(join(folder, 'lock'))).toBe(true);
    await filled(folder);
  });

  test('the number of a dead service that another program has now is no lock', async () => {
    const folder = temporaryFolder();
    const dead = { ...ownMark(), started: ownMark().started - 1 };
    writeFileSync(join(folder, 'lock'), markText(dead));
    await filled(folder);
  });

  describe('where its process cannot be looked at', () => {
    const timing = { lock: { beatMs: 40, silentMs: 500 } };
    const elsewhere = markText({ pid: 1, started: 5, place: 'another-machine pid:[1]' });

    test.each([
      ['of another container', elsewhere],
      ['empty', ''],
      ['noise', '\0\0\0'],
    ])('%s: who touches the lock has it', async (_what, text) => {
      const folder = temporaryFolder();
      const path = join(folder, 'lock');
      writeFileSync(path, text);
      const beat = setInterval(() => {
        const now = new Date();
        utimesSync(path, now, now);
      }, 20);
      try {
        await expect(openTest(folder, { timing })).rejects.toThrow('in another container');
      } finally {
        clearInterval(beat);
      }
      // Nobody touches it any more: taken over.
      const { spool } = await openTest(folder, { timing });
      await spool.close();
    });

    test('a lock that is old is taken over without waiting', async () => {
      const folder = temporaryFolder();
      const path = join(folder, 'lock');
      writeFileSync(path, elsewhere);
      const longAgo = new Date(Date.now() - 60_000);
      utimesSync(path, longAgo, longAgo);
      const slow = { lock: { beatMs: 3_600_000, silentMs: 10_000 } };
      const { spool } = await openTest(folder, { timing: slow });
      await spool.close();
    });
  });

  test('many at once: one has it', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'lock'), markText({ ...ownMark(), started: 1 }));
    const children = range(0, 4).map(() => startChild('hold-child.ts', [folder]));
    try {
      const lines = await Promise.all(children.map((child) => firstLine(child)));
      expect(lines.filter((line) => line === 'open')).toHaveLength(1);
      expect(lines.filter((line) => line.includes('in use'))).toHaveLength(3);
    } finally {
      for (const child of children) await killed(child);
    }
  }, 30_000);

  test('a lock that is taken away is noticed, and taken again', async () => {
    const folder = temporaryFolder();
    const { spool, health } = await openTest(folder);
    appendSome(spool, 1);
    renameSync(join(folder, 'lock'), join(folder, 'lock.away'));
    await until(() => health.length === 2);
    expect(health).toEqual([false, true]);
    expect(existsSync(join(folder, 'lock'))).toBe(true);
  });

  test('a full disk does not keep it from starting: what is there can be sent', async () => {
    const folder = temporaryFolder();
    await filled(folder);
    const files = faultyFiles(({ name }) => (name === 'write' ? systemError('ENOSPC') : undefined));
    const { spool, health } = await openTest(folder, { files });
    expect(seqsOf(await readAll(spool))).toEqual(range(1, 101));
    appendSome(spool, 1);
    await until(() => health.includes(false));
    expect((await refusal(folder)).message).toContain('in use');
  });
});
