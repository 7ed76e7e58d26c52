import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';

/**
 * Writes a file that only its owner may read, as a whole or not at all: beside its place, then renamed.
 * `prepare` is handed the finished file under its temporary name. Its folder must be there. Throws what
 * the system says.
 */
export async function writeWhole(
  path: string,
  text: string,
  prepare?: (temporaryPath: string) => Promise<void>,
): Promise<void> {
  // measure-folder.ts knows such names, and takes away what killed writers left.
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
    await prepare?.(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
