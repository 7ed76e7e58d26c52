import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';

/** Those that this process is writing: a process may have the number that a dead one had. */
const inUse = new Set<string>();

/** A name beside a file that nobody else has; release it when the file is renamed or removed. */
export function temporaryBeside(path: string): { readonly path: string; release(): void } {
  const temporary = `${path}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
  inUse.add(temporary);
  return {
    path: temporary,
    release: () => {
      inUse.delete(temporary);
    },
  };
}

/** Removes what processes that have died left beside a file. */
export async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const start = `${basename(path)}.`;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(start)) continue;
    const match = /^(\d{1,10})-[0-9a-f]{12}\.tmp$/.exec(name.slice(start.length));
    const file = join(folder, name);
    if (match === null || inUse.has(file)) continue;
    const pid = Number(match[1]);
    if (pid === process.pid || !isAlive(pid)) await rm(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else lives, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
