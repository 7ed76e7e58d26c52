import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { makeOwnedFolder } from '../../config/index.js';
import { messageOf } from '../../core/index.js';
import { machineFiles } from '../../delivery/spool/index.js';
import { FolderLock } from '../../delivery/spool/lock.js';
import { isRunning, ownMark, parseMark } from '../../delivery/spool/process-mark.js';

/** Which service writes to a folder: the one that has the file `lock` in it. */
export class FolderHold {
  readonly #directory: string;
  #lock: FolderLock | undefined;
  /** Which file our lock was when we took it. */
  #identity: string | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Makes the folder, where it is missing, and takes its lock. Throws when another service has it or
   * the folder cannot be used; true when this service did not have it just before.
   */
  async take(): Promise<boolean> {
    if (this.#lock !== undefined && (await this.#lock.isHeld())) return false;
    await this.release();
    await makeOwnedFolder(this.#directory);
    // A folder that was away for a time comes back with the lock we had.
    if (await this.#isOursStill()) await machineFiles.unlink(this.#path);
    // Times of files are of the machine's clock.
    const lock = new FolderLock(machineFiles, this.#directory, Date.now);
    try {
      await lock.take();
    } catch (error) {
      // The lock names what the system says as the cause; where there is none, somebody has it.
      const { cause } = error as Error;
      const what =
        cause === undefined ? 'another service writes its statistics there' : messageOf(cause);
      throw new Error(what, { cause: error });
    }
    this.#lock = lock;
    this.#identity = (await machineFiles.facts(this.#path))?.identity;
    return true;
  }

  /** Gives the folder free for others. Never rejects. */
  async release(): Promise<void> {
    const lock = this.#lock;
    this.#lock = undefined;
    await lock?.release().catch(() => undefined);
  }

  get #path(): string {
    return join(this.#directory, 'lock');
  }

  async #isOursStill(): Promise<boolean> {
    if (this.#identity === undefined) return false;
    if ((await machineFiles.facts(this.#path))?.identity !== this.#identity) return false;
    const mark = parseMark(await readFile(this.#path, 'utf8'));
    return mark?.pid === ownMark().pid && isRunning(mark) === true;
  }
}
