import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import { messageOf, ServiceError } from '../../core/index.js';

/** Opens a file an option or argument names. Throws ServiceError TF_USAGE when it cannot be read. */
export async function openToRead(path: string): Promise<FileHandle> {
  try {
    const file = await open(path);
    if (!(await file.stat()).isDirectory()) return file;
    await file.close();
  } catch (error) {
    throw new ServiceError('TF_USAGE', `cannot read ${path}: ${messageOf(error)}`, {
      hint: 'name a file that exists and that you may read',
      cause: error,
    });
  }
  throw new ServiceError('TF_USAGE', `cannot read ${path}: it is a folder`, {
    hint: 'name a file, or quote a pattern such as folder/*.txt where patterns are taken',
  });
}
