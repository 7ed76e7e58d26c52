import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { manifestPath } from '../../../../dsm/content/index.js';
import type { BundleFile } from '../../../../dsm/content/index.js';

/** How a file in a folder compares with what would be written there. */
export type FileState = 'same' | 'differs' | 'missing' | 'left over';

export interface ComparedFile {
  readonly path: string;
  readonly state: FileState;
}

/**
 * Compares a folder with a bundle. `left over`: the manifest in the folder names the file, and the bundle
 * has it no more. Files nobody made from here are not looked at. Throws what reading throws, but for
 * files that are not there.
 */
export async function compareBundle(
  directory: string,
  files: readonly BundleFile[],
): Promise<readonly ComparedFile[]> {
  const compared = await Promise.all(
    files.map(async ({ path, content }): Promise<ComparedFile> => {
      const found = await readIfThere(join(directory, path));
      if (found === undefined) return { path, state: 'missing' };
      return { path, state: found.equals(Buffer.from(content)) ? 'same' : 'differs' };
    }),
  );
  const wanted = new Set(files.map(({ path }) => path));
  for (const path of await listedFiles(directory)) {
    if (wanted.has(path)) continue;
    if ((await readIfThere(join(directory, path))) === undefined) continue;
    compared.push({ path, state: 'left over' });
  }
  return compared;
}

/** Writes a bundle, each file whole or not at all; other files of the folder stay as they are. */
export async function writeBundle(directory: string, files: readonly BundleFile[]): Promise<void> {
  for (const { path, content } of files) {
    const target = join(directory, path);
    await mkdir(dirname(target), { recursive: true });
    await replaceFile(target, content);
  }
}

async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const random = randomBytes(6).toString('hex');
  const temporary = join(dirname(path), `.${basename(path)}.${random}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o644);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The files that the manifest in a folder names; none when there is no manifest that can be read. */
async function listedFiles(directory: string): Promise<readonly string[]> {
  const text = await readIfThere(join(directory, manifestPath));
  if (text === undefined) return [];
  try {
    const manifest = JSON.parse(text.toString('utf8')) as unknown;
    const files = (manifest as { readonly files?: unknown } | null)?.files;
    if (!Array.isArray(files)) return [];
    return files.map((file: { readonly path?: unknown } | null) => file?.path).filter(isOwnPath);
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** A manifest is anybody's text: it may not point out of its folder. */
function isOwnPath(path: unknown): path is string {
  return typeof path === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(path);
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
