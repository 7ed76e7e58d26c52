import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, in memory, that is soon full. Needs root. Always remove() it. */
export interface SmallDisk {
  readonly folder: string;
  remove(): void;
}

/** Makes one that holds so many bytes. */
export function createSmallDisk(bytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'tf-disk-'));
  const options = ['-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'tmpfs', folder];
  execFileSync('mount', options, { stdio: 'pipe' });
  return {
    folder,
    remove: () => {
      // Lazily: whoever still has a file open there does not keep the test from ending.
      execFileSync('umount', ['-l', folder], { stdio: 'pipe' });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
