import { randomBytes } from 'node:crypto';
import { lchown, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Whom a file belongs to, and who may open it. */
interface Owner {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/**
 * Writes a file that only its owner may read (mode 0600), whole or not at all: beside its place, to
 * the disk, then renamed. `check` sees the finished file under its temporary name before; what it
 * throws leaves everything as it was. What root writes belongs to the owner of the file that was there
 * (whose group may go on reading it), else of the folder: a file of root's would be closed to the service.
 */
export async function writeOwnedFile(
  path: string,
  content: string,
  check?: (temporaryPath: string) => Promise<void>,
): Promise<void> {
  const directory = dirname(path);
  await makeOwnedFolder(directory);
  const temporary = join(directory, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  const owner = await ownerToGive(path, directory);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await give(file, owner);
      await file.sync();
    } finally {
      await file.close();
    }
    await check?.(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Makes a folder for its owner alone, where there is none, with those above it. */
export async function makeOwnedFolder(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const owner = await ownerToGive(dirname(first));
  if (owner === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) {
    await lchown(made, owner.uid, owner.gid);
  }
}

async function give(file: FileHandle, owner: Owner | undefined): Promise<void> {
  await file.chmod(owner?.mode ?? 0o600);
  if (owner !== undefined) await file.chown(owner.uid, owner.gid);
}

/** The owner of the first place that is there; undefined when nothing is to be given away. */
async function ownerToGive(...places: readonly string[]): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const place of places) {
    const found = await stat(place).catch(() => undefined);
    if (found === undefined) continue;
    const { uid, gid } = found;
    return { uid, gid, mode: 0o600 | (found.isFile() ? found.mode & 0o040 : 0) };
  }
  return undefined;
}
