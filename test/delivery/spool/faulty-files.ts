import {
  machineFiles,
  type SpoolFile,
  type SpoolFiles,
} from '../../../forwarder/delivery/spool/index.js';

export interface FileOperation {
  readonly name: keyof SpoolFile | keyof SpoolFiles;
  readonly path: string;
  /** From 1, over all operations. */
  readonly number: number;
}

/**
 * What becomes of an operation: nothing unusual (undefined), a failure, or the end of the process
 * before it, after it, or (a write) after a part of it.
 */
export type Fate = undefined | Error | { readonly dies: 'before' | 'after' | 'within' };

/** A system error as node gives it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made by the test`), { code });
}

export interface FaultyFiles extends SpoolFiles {
  /** Operations so far. */
  readonly count: number;
  readonly isDead: boolean;
  /** Closes what a process that is gone has left open. */
  bury(): Promise<void>;
}

/** The machine's files, but `fateOf` decides. After a death no operation ever comes back. */
export function faultyFiles(
  fateOf: (operation: FileOperation) => Fate,
  files: SpoolFiles = machineFiles,
): FaultyFiles {
  let count = 0;
  let isDead = false;
  const opened = new Set<SpoolFile>();
  const never = new Promise<never>(() => undefined);

  async function act<T>(
    name: FileOperation['name'],
    path: string,
    whole: () => Promise<T>,
    part: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<T> {
    if (isDead) return never;
    const fate = fateOf({ name, path, number: ++count });
    if (fate instanceof Error) {
      await part();
      throw fate;
    }
    if (fate === undefined) return whole();
    isDead = true;
    if (fate.dies === 'after') await whole();
    if (fate.dies === 'within') await part();
    return never;
  }

  function wrap(path: string, file: SpoolFile): SpoolFile {
    opened.add(file);
    return {
      read: (into, at, length, position) =>
        act('read', path, () => file.read(into, at, length, position)),
      write: (from, at, length, position) =>
        act(
          'write',
          path,
          () => file.write(from, at, length, position),
          () => file.write(from, at, Math.floor(length / 2), position),
        ),
      sync: () => act('sync', path, () => file.sync()),
      truncate: (size) => act('truncate', path, () => file.truncate(size)),
      facts: () => act('facts', path, () => file.facts()),
      close: () =>
        act('close', path, () => {
          opened.delete(file);
          return file.close();
        }),
    };
  }

  return {
    get count() {
      return count;
    },
    get isDead() {
      return isDead;
    },
    async bury() {
      for (const file of opened) await file.close();
      opened.clear();
    },
    open: async (path, how) => wrap(path, await act('open', path, () => files.open(path, how))),
    list: (folder) => act('list', folder, () => files.list(folder)),
    facts: (path) => act('facts', path, () => files.facts(path)),
    rename: (from, to) => act('rename', from, () => files.rename(from, to)),
    link: (from, to) => act('link', from, () => files.link(from, to)),
    unlink: (path) => act('unlink', path, () => files.unlink(path)),
    makeFolder: (path) => act('makeFolder', path, () => files.makeFolder(path)),
    syncFolder: (path) => act('syncFolder', path, () => files.syncFolder(path)),
    touch: (path) => files.touch(path),
  };
}
