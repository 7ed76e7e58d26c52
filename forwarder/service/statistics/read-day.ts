import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { bad } from '../../core/index.js';
import type { Result } from '../../core/index.js';
import { codeOf } from '../../delivery/spool/files.js';
import { fileNameOf, parseDay } from './day-file.js';
import type { DayCounts } from './day-file.js';

/** No file of ours comes near this, and a text of more could not be held. */
const longestFile = 256 * 2 ** 20;

/**
 * Reads the file of a day; undefined when there is none. A problem when what is there is damaged, or
 * no file of ours. Rejects with what the system says when it cannot be read.
 */
export async function readDay(
  directory: string,
  day: string,
): Promise<Result<DayCounts, string> | undefined> {
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  let file;
  try {
    // Whatever stands there, opening it neither waits nor leaves the folder.
    file = await open(join(directory, fileNameOf(day)), O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'ELOOP') return bad('it is a symbolic link');
    throw error;
  }
  try {
    const found = await file.stat();
    if (!found.isFile()) return bad('it is no regular file');
    if (found.size > longestFile) return bad(`it is longer than ${longestFile} bytes`);
    return parseDay(await file.readFile('utf8'), day);
  } finally {
    await file.close();
  }
}
