import { statSync, watch, type FSWatcher } from 'node:fs';
import { dirname, resolve } from 'node:path';

import type { FeedRequest } from '../indexing/index-inputs.js';

export interface FeedFilesWatchOptions {
  /** Called when something may have changed, after it has been quiet for a moment. */
  readonly onChange: () => void;
  /** Quiet for so long: a file that is being written is not read in between. */
  readonly settleMs?: number;
  /**
   * Not later than this after the first sign, though some file is still being written: long enough
   * for a download, since a list that is not whole cannot be told from one that is.
   */
  readonly latestMs?: number;
  /** Looked at so often in any case: some file systems (network, containers) give no sign. */
  readonly pollMs?: number;
}

/** Watches the folders that feeds are in. What changed is for others to find out. */
export class FeedFilesWatch {
  readonly #onChange: () => void;
  readonly #settleMs: number;
  readonly #latestMs: number;
  readonly #watchers = new Map<string, { readonly watcher: FSWatcher; readonly inode: bigint }>();
  #folders: readonly string[] = [];
  readonly #poll: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;
  #firstSignMs: number | undefined;
  #isClosed = false;

  constructor({
    onChange,
    settleMs = 500,
    latestMs = 30_000,
    pollMs = 30_000,
  }: FeedFilesWatchOptions) {
    this.#onChange = onChange;
    this.#settleMs = settleMs;
    this.#latestMs = latestMs;
    this.#poll = setInterval(() => {
      // What is just being written has its time still before it.
      if (this.#firstSignMs === undefined) this.#look();
    }, pollMs).unref();
  }

  /** Watches these folders from now on, and no others. Those that are not there are passed over. */
  use(folders: readonly string[]): void {
    if (this.#isClosed) return;
    this.#folders = [...new Set(folders)];
    this.#renew();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#timer);
    for (const { watcher } of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** A folder that was replaced is another one, though its path is the same. */
  #renew(): void {
    for (const [folder, { watcher, inode }] of this.#watchers) {
      if (this.#folders.includes(folder) && inodeOf(folder) === inode) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of this.#folders) if (!this.#watchers.has(folder)) this.#watch(folder);
  }

  #watch(folder: string): void {
    const inode = inodeOf(folder);
    // Not there: the poll finds when it appears.
    if (inode === undefined) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        // Files under way and our own: what they become is another event.
        if (name?.endsWith('.tmp') !== true) this.#sign();
      });
      watcher.on('error', () => {
        watcher.close();
        this.#watchers.delete(folder);
      });
      this.#watchers.set(folder, { watcher, inode });
    } catch {
      // No more watches to be had: the poll finds what changes.
    }
  }

  #look(): void {
    this.#renew();
    this.#onChange();
  }

  #sign(): void {
    const nowMs = Date.now();
    this.#firstSignMs ??= nowMs;
    const waitMs = Math.min(this.#settleMs, this.#firstSignMs + this.#latestMs - nowMs);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#firstSignMs = undefined;
        this.#look();
      },
      Math.max(0, waitMs),
    ).unref();
  }
}

function inodeOf(folder: string): bigint | undefined {
  try {
    return statSync(folder, { bigint: true, throwIfNoEntry: false })?.ino;
  } catch {
    return undefined;
  }
}

/** The folders in which the files of a request can appear, change and disappear. */
export function foldersOf({ feeds, allowLists, baseDirectory }: FeedRequest): readonly string[] {
  const folders = new Set<string>();
  for (const { path, differences } of [...feeds, ...allowLists]) {
    for (const one of differences === undefined ? [path] : [path, differences]) {
      const absolute = resolve(baseDirectory, one);
      const stats = statSync(absolute, { throwIfNoEntry: false });
      folders.add(stats?.isDirectory() === true ? absolute : dirname(fixedPart(absolute)));
    }
  }
  return [...folders];
}

/** A path up to the step with the first wildcard, so that its folder is what surely is one. */
function fixedPart(path: string): string {
  const at = path.search(/[*?[{(!]/);
  return at < 0 ? path : path.slice(0, at + 1);
}
