import type { BigIntStats } from 'node:fs';
import { ServiceError } from '../../core/index.js';

/** What a thing that is no regular file is, and what to do about it; undefined for a regular file. */
function strangeness(stats: BigIntStats): readonly [what: string, hint: string] | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return ['a folder', 'Name its files, for example with a glob: FOLDER/*'];
  if (stats.isSymbolicLink()) return ['a symbolic link', 'Name the file that it points to'];
  if (stats.isFIFO())
    return ['a named pipe', 'Write what comes out of it to a file, and name that'];
  if (stats.isSocket()) return ['a socket', 'Write what comes out of it to a file, and name that'];
  return ['a device', 'Write its content to a file, and name that'];
}

/**
 * Throws ServiceError TF_FEED unless it is a regular file: reading anything else may never end, or
 * have effects of its own.
 */
export function requireRegularFile(stats: BigIntStats, path: string): void {
  const strange = strangeness(stats);
  if (strange === undefined) return;
  const [what, hint] = strange;
  throw new ServiceError('TF_FEED', `The feed is ${what}, not a regular file.`, {
    where: path,
    hint: `${hint}.`,
  });
}
