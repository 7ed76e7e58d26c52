import { constants, existsSync } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { makeFolder } from '../../../service/indexing/index-folder.js';

/**
 * Makes a folder the service writes to, where there is none, with those above it. What root makes
 * belongs to the owner of the folder it is made in.
 */
export async function makeServiceFolder(directory: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const missing: string[] = [];
  let at = resolve(directory);
  while (!existsSync(at)) {
    missing.push(at);
    at = dirname(at);
  }
  if (missing.length === 0) return;
  try {
    makeFolder(directory);
  } catch {
    // Whoever writes into it says what is wrong.
    return;
  }
  await giveToService(at, missing);
}

/**
 * Gives what root has written in a folder of the service to the owner of the folder: files of root's
 * would be closed to the service. Does nothing for anybody else, and for what is not there.
 */
export async function giveToService(directory: string, paths: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const owner = await stat(directory).catch(() => undefined);
  if (owner === undefined || owner.uid === 0) return;
  for (const path of paths) await give(path, owner.uid, owner.gid);
}

/** The files in a folder, and the folder itself. */
export async function allIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return [folder, ...names.map((name) => join(folder, name))];
}

async function give(path: string, uid: number, gid: number): Promise<void> {
  // A link that somebody has put there must not give another file away.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => undefined);
  if (file === undefined) return;
  try {
    const found = await file.stat();
    const isOwn = found.uid === 0 && (found.isDirectory() || (found.isFile() && found.nlink === 1));
    if (isOwn) await file.chown(uid, gid);
  } finally {
    await file.close();
  }
}
