import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { makeFolder } from './index-folder.js';

/**
 * Puts a small text in place of a file as a whole, for the owner only; its folder is made when it is
 * not there. Throws what the system says; nothing is left beside the file then.
 */
export function replaceText(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    makeFolder(dirname(path));
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
