import { stat } from 'node:fs/promises';

/** What to say of a secret that every user of the machine may read; undefined when it is none. */
export async function openToAll(path: string, holds: string): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  const found = await stat(path).catch(() => undefined);
  // For others, not for the group: services keep secrets as root:service 0640.
  return found !== undefined && (found.mode & 0o004) !== 0
    ? `everybody on this machine can read ${holds} in ${path}; chmod 600 it`
    : undefined;
}
