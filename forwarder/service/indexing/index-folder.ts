import { mkdirSync, readdirSync, statSync, lstatSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { isOwnTemporary, removeQuietly } from './index-output.js';

/** A writer changes its file more often than that, whichever machine or container it runs in. */
const unfinishedForMs = 3_600_000;

/**
 * Makes a folder and those above it that are missing, for the owner only. Throws what the system
 * says. One by one: mkdir with `recursive` never returns below a folder such as /proc.
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  let at = resolve(path);
  while (statSync(at, { throwIfNoEntry: false }) === undefined) {
    missing.push(at);
    at = dirname(at);
  }
  for (const folder of missing.reverse()) makeOne(folder);
  if (!isFolder(path)) mkdirSync(path);
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * Removes what an interrupted compile left. The process ids of others say nothing: they may belong
 * to another container. Our own does: who had it before us has ended.
 */
export function removeLeftovers(folder: string, nowMs: number): void {
  for (const name of readdirSync(folder)) {
    const pid = /\.index\.(\d+)-[0-9a-f]+\.tmp$/.exec(name)?.[1];
    if (pid === undefined) continue;
    const path = join(folder, name);
    if (isOwnTemporary(path)) continue;
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isFile() !== true) continue;
    if (Number(pid) === process.pid || nowMs - found.mtimeMs > unfinishedForMs) removeQuietly(path);
  }
}
