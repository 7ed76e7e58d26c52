import * as fs from 'node:fs';

import { messageOf } from '../../core/index.js';

const { O_CREAT, O_EXCL, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = fs.constants;

/** What there is under a name. */
export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly size: number;
  readonly uid: number;
  readonly mode: number;
  readonly modifiedMs: number;
  /** Tells apart a file and another one that took its name. */
  readonly identity: string;
}

/** An open file. Numbers of bytes are those moved, which may be fewer than asked for. */
export interface SpoolFile {
  read(into: Buffer, at: number, length: number, position: number): Promise<number>;
  write(from: Buffer, at: number, length: number, position: number): Promise<number>;
  /** Onto the disk: fdatasync. */
  sync(): Promise<void>;
  truncate(size: number): Promise<void>;
  facts(): Promise<FileFacts>;
  close(): Promise<void>;
}

/**
 * What the spool asks of the file system; tests put failures in its place. Everything rejects with
 * what the system says (`code`: ENOSPC, …). Links are never followed at the end of a path.
 */
export interface SpoolFiles {
  /** `create`: must not exist; mode 0600. `write` and `create` read as well. Regular files only. */
  open(path: string, how: 'read' | 'write' | 'create'): Promise<SpoolFile>;
  list(folder: string): Promise<readonly string[]>;
  /** Undefined when there is nothing. */
  facts(path: string): Promise<FileFacts | undefined>;
  rename(from: string, to: string): Promise<void>;
  link(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** One folder, mode 0700. */
  makeFolder(path: string): Promise<void>;
  /** Makes names that were added or taken away durable. */
  syncFolder(path: string): Promise<void>;
  /** Sets the time of its last change to now. */
  touch(path: string): Promise<void>;
}

/** The code of a system error: `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  // By its looks: errors of the system are not always of our own Error class (contexts of node:vm).
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What was thrown, as an Error with its code. */
export function systemError(thrown: unknown): Error {
  return Object.assign(new Error(messageOf(thrown)), { code: codeOf(thrown) });
}

type Done<T> = (error: NodeJS.ErrnoException | null, value: T) => void;

/** Plain callbacks: half the price of the promises of node:fs, which a write in each millisecond feels. */
function ask<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error) reject(error);
      else resolve(value);
    });
  });
}

function kindOf(stats: fs.Stats): FileFacts['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

function factsOf(stats: fs.Stats): FileFacts {
  return {
    kind: kindOf(stats),
    size: stats.size,
    uid: stats.uid,
    mode: stats.mode,
    modifiedMs: stats.mtimeMs,
    identity: `${stats.dev}:${stats.ino}`,
  };
}

function openFile(fd: number): SpoolFile {
  return {
    read: (into, at, length, position) =>
      ask((done) => {
        fs.read(fd, into, at, length, position, done);
      }),
    write: (from, at, length, position) =>
      ask((done) => {
        fs.write(fd, from, at, length, position, done);
      }),
    sync: () =>
      ask<undefined>((done) => {
        fs.fdatasync(fd, (error) => {
          done(error, undefined);
        });
      }),
    truncate: (size) =>
      ask<undefined>((done) => {
        fs.ftruncate(fd, size, (error) => {
          done(error, undefined);
        });
      }),
    facts: async () =>
      factsOf(
        await ask<fs.Stats>((done) => {
          fs.fstat(fd, done);
        }),
      ),
    close: () =>
      ask<undefined>((done) => {
        fs.close(fd, (error) => {
          done(error ?? null, undefined);
        });
      }),
  };
}

const flagsOf = {
  read: O_RDONLY,
  write: O_RDWR,
  create: O_RDWR | O_CREAT | O_EXCL,
} as const;

/** The machine's own file system. */
export const machineFiles: SpoolFiles = {
  async open(path, how) {
    const flags = flagsOf[how] | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    const fd = await ask<number>((done) => {
      fs.open(path, flags, 0o600, done);
    });
    const file = openFile(fd);
    const { kind } = await file.facts();
    if (kind === 'file') return file;
    await file.close();
    throw Object.assign(new Error(`${path} is no regular file`), { code: 'EINVAL' });
  },
  list: (folder) => fs.promises.readdir(folder),
  async facts(path) {
    try {
      return factsOf(await fs.promises.lstat(path));
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
      throw error;
    }
  },
  rename: (from, to) => fs.promises.rename(from, to),
  link: (from, to) => fs.promises.link(from, to),
  unlink: (path) => fs.promises.unlink(path),
  async makeFolder(path) {
    await fs.promises.mkdir(path, { mode: 0o700 });
  },
  async syncFolder(path) {
    const folder = await fs.promises.open(path, O_RDONLY);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
  async touch(path) {
    const now = new Date();
    await fs.promises.lutimes(path, now, now);
  },
};
