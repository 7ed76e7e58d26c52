import { join, resolve } from 'node:path';

import { ServiceError, messageOf } from '../../core/index.js';
import { Checkpoint } from './checkpoint.js';
import { DiskSpool } from './disk-spool.js';
import { machineFiles, type SpoolFiles } from './files.js';
import { findSegments, prepareFolder, spoolError } from './folder.js';
import { FolderLock } from './lock.js';
import { defaultSpoolTiming, type SpoolOptions } from './options.js';
import { recover } from './recovery.js';
import type { Spool } from './spool.js';

/** What a process that ended while it took the lock has left; one that takes it needs no time. */
const leftoverAfterMs = 60_000;

/**
 * Opens the spool of a folder, with what earlier runs have left in it, in a time that hardly depends
 * on how much that is. Throws ServiceError TF_SPOOL when the folder cannot or must not be used
 * (read-only, a link, of another user, writable by all, in use by another service); never because
 * of what is in the files, nor because the disk is full.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const folder = resolve(options.directory);
  const files = options.files ?? machineFiles;
  const timing = { ...defaultSpoolTiming, ...options.timing };
  await prepareFolder(files, folder);
  const lock = new FolderLock(files, folder, options.clock, timing.lock);
  await lock.take();
  const checkpoint = new Checkpoint(files, folder);
  try {
    await removeLeftovers(files, folder, options.clock());
    const found = await findSegments(files, folder);
    const { logger, segmentBytes } = options;
    const noted = await checkpoint.load();
    await checkpoint.prepare();
    const recovered = await recover({ folder, files, logger, segmentBytes, found, noted });
    return new DiskSpool({ options, folder, files, timing, lock, checkpoint, recovered });
  } catch (error) {
    await checkpoint.close().catch(() => undefined);
    await lock.release().catch(() => undefined);
    if (error instanceof ServiceError) throw error;
    const what = `the spool cannot be read: ${messageOf(error)}`;
    throw spoolError(folder, what, 'look at the disk and at the rights of the folder', error);
  }
}

async function removeLeftovers(files: SpoolFiles, folder: string, nowMs: number): Promise<void> {
  for (const name of await files.list(folder)) {
    if (!/^lock\.\d+-[0-9a-f]{12}$/.test(name)) continue;
    const path = join(folder, name);
    const facts = await files.facts(path);
    if (facts && Math.abs(nowMs - facts.modifiedMs) > leftoverAfterMs) {
      await files.unlink(path).catch(() => undefined);
    }
  }
}
