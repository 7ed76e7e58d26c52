import { chmod, stat } from 'node:fs/promises';

import { makeOwnedFolder } from '../../config/index.js';
import type { Config } from '../../config/index.js';
import { messageOf, ServiceError } from '../../core/index.js';

/**
 * The folder `state.directory`, there and closed to others (mode 0700): what the service keeps there
 * must be neither read nor put there by anyone else. Makes it where it is missing. Resolves to its
 * path; throws ServiceError TF_CONFIG when it cannot be made, is no folder, or belongs to another user.
 */
export async function openStateFolder({ state }: Pick<Config, 'state'>): Promise<string> {
  const { directory } = state;
  try {
    await makeOwnedFolder(directory);
    const found = await stat(directory);
    if (!found.isDirectory()) throw new Error('it is not a folder');
    const self = process.getuid?.();
    if (self !== undefined && self !== 0 && found.uid !== self) {
      throw new Error('it belongs to another user');
    }
    if ((found.mode & 0o077) !== 0) await chmod(directory, 0o700);
    return directory;
  } catch (error) {
    throw new ServiceError('TF_CONFIG', `cannot use ${directory}: ${messageOf(error)}`, {
      where: 'state.directory',
      hint: 'name a folder that the user of the service may write to',
      cause: error,
    });
  }
}
