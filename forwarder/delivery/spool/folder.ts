import { dirname, join } from 'node:path';

import { messageOf, ServiceError } from '../../core/index.js';
import { codeOf, type FileFacts, type SpoolFiles } from './files.js';
import { seqOfName } from './segment-file.js';

const writableByAll = 0o002;

/** A fault of the spool's folder or of a file in it: ServiceError TF_SPOOL. */
export function spoolError(where: string, message: string, hint: string, cause?: unknown): Error {
  return new ServiceError('TF_SPOOL', message, { where, hint, cause });
}

/**
 * Makes the folder, and those above it that are missing, and checks that it is a folder of ours that
 * nobody else can write to. Throws ServiceError TF_SPOOL.
 */
export async function prepareFolder(files: SpoolFiles, folder: string): Promise<void> {
  let found: FileFacts | undefined;
  try {
    found = await files.facts(folder);
    if (found === undefined) {
      await makeFolders(files, folder);
      found = await files.facts(folder);
    }
  } catch (error) {
    const hint = 'make it by hand, with mode 700 and the user of the service as its owner';
    throw spoolError(
      folder,
      `the spool's folder cannot be made or looked at: ${messageOf(error)}`,
      hint,
      error,
    );
  }
  if (found === undefined) {
    throw spoolError(folder, "the spool's folder went away", 'let it stay where it is');
  }
  refuse(folder, found);
}

function refuse(folder: string, { kind, uid, mode }: FileFacts): void {
  if (kind === 'link') {
    const hint = 'set delivery.spool.directory to the folder itself';
    throw spoolError(folder, "the spool's folder is a symbolic link", hint);
  }
  if (kind !== 'folder') {
    const hint = 'set delivery.spool.directory to a folder';
    throw spoolError(folder, "what stands in the place of the spool's folder is none", hint);
  }
  const own = process.getuid?.();
  if (own !== undefined && uid !== own) {
    const hint = `run the service as that user, or give the folder to user ${own} (chown)`;
    throw spoolError(folder, `the spool's folder belongs to user ${uid}`, hint);
  }
  if ((mode & writableByAll) !== 0 && own !== undefined) {
    throw spoolError(folder, "everybody can write to the spool's folder", `chmod 700 ${folder}`);
  }
}

/** One by one: mkdir with `recursive` never returns below a folder such as /proc. */
async function makeFolders(files: SpoolFiles, folder: string): Promise<void> {
  const missing: string[] = [];
  for (let at = folder; (await files.facts(at)) === undefined; at = dirname(at)) missing.push(at);
  for (const path of missing.reverse()) {
    try {
      await files.makeFolder(path);
    } catch (error) {
      // Another process may have made it meanwhile.
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

/** A segment file that is there. */
export interface FoundSegment {
  readonly firstSeq: number;
  readonly path: string;
  readonly bytes: number;
}

/** So many are looked at side by side. */
const lookedAtOnce = 32;

/**
 * The segment files of the folder, the oldest first. Throws ServiceError TF_SPOOL when one of them,
 * or the checkpoint, is no regular file of ours: somebody else has had their hands in it.
 */
export async function findSegments(files: SpoolFiles, folder: string): Promise<FoundSegment[]> {
  const names = (await files.list(folder)).filter((name) => seqOfName(name) !== undefined).sort();
  await checkFile(files, join(folder, 'checkpoint'));
  const found: FoundSegment[] = [];
  for (let at = 0; at < names.length; at += lookedAtOnce) {
    const some = names.slice(at, at + lookedAtOnce);
    const facts = await Promise.all(some.map((name) => checkFile(files, join(folder, name))));
    for (const [index, name] of some.entries()) {
      const firstSeq = seqOfName(name);
      const bytes = facts[index]?.size;
      if (firstSeq === undefined || bytes === undefined) continue;
      found.push({ firstSeq, path: join(folder, name), bytes });
    }
  }
  return found;
}

async function checkFile(files: SpoolFiles, path: string): Promise<FileFacts | undefined> {
  const facts = await files.facts(path);
  if (facts === undefined) return undefined;
  if (facts.kind !== 'file') {
    const what = facts.kind === 'link' ? 'a symbolic link' : 'no regular file';
    throw spoolError(path, `a file of the spool is ${what}`, 'find out who put it there; move it');
  }
  const own = process.getuid?.();
  if (own !== undefined && facts.uid !== own) {
    const hint = `find out how it came there; give it to user ${own} (chown) or move it`;
    throw spoolError(path, `a file of the spool belongs to user ${facts.uid}`, hint);
  }
  return facts;
}

const keptBadFiles = 4;

/**
 * Moves a file that is of no use out of the way, as `NAME.bad`; beyond a few of them the oldest are
 * deleted. Returns its new path.
 */
export async function moveAside(files: SpoolFiles, folder: string, path: string): Promise<string> {
  const bad = `${path}.bad`;
  await files.rename(path, bad);
  const names = (await files.list(folder)).filter((name) => name.endsWith('.spool.bad')).sort();
  for (const name of names.slice(0, Math.max(0, names.length - keptBadFiles))) {
    await files.unlink(join(folder, name));
  }
  return bad;
}
