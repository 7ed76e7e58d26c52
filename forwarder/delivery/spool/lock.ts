import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { messageOf, type Clock } from '../../core/index.js';
import { writeAll } from './checkpoint.js';
import { codeOf, type SpoolFiles } from './files.js';
import { spoolError } from './folder.js';
import { isRunning, markText, ownMark, parseMark, type ProcessMark } from './process-mark.js';

/** The holder shows so often that it is alive. */
const beatMs = 1000;
/** A holder whose process cannot be looked at is gone when its lock was not touched for so long. */
const silentMs = 10_000;
/** Taking over a dead one's lock takes no time; who began it so long ago has died over it. */
const takeoverMs = 10_000;
const mostTries = 200;

export interface LockTiming {
  readonly beatMs: number;
  readonly silentMs: number;
}

/**
 * One service for each folder: a file `lock` that says which process has it. A lock whose process
 * has ended is taken over, also when another program has its number now. Where the process cannot
 * be looked at (another container, another machine) the time of the file decides: its holder
 * touches it each second.
 */
export class FolderLock {
  readonly #files: SpoolFiles;
  readonly #folder: string;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #timing: LockTiming;
  #identity: string | undefined;
  #beat: NodeJS.Timeout | undefined;

  constructor(
    files: SpoolFiles,
    folder: string,
    clock: Clock,
    timing: LockTiming = { beatMs, silentMs },
  ) {
    this.#files = files;
    this.#folder = folder;
    this.#path = join(folder, 'lock');
    this.#clock = clock;
    this.#timing = timing;
  }

  /** Takes the lock. Throws ServiceError TF_SPOOL when another service has it, or it cannot be made. */
  async take(): Promise<void> {
    const own = join(this.#folder, `lock.${process.pid}-${randomBytes(6).toString('hex')}`);
    try {
      await this.#write(own);
      try {
        for (let tries = 1; !(await this.#link(own)); tries++) {
          if (tries > mostTries) throw new Error('its lock comes and goes');
          await this.#removeDead();
        }
      } finally {
        await this.#files.unlink(own);
      }
      this.#identity = (await this.#files.facts(this.#path))?.identity;
    } catch (error) {
      if (error instanceof Error && error.name === 'ServiceError') throw error;
      const hint = 'give the user of the service the right to write there; mode 700';
      const what = `the spool's folder cannot be written: ${messageOf(error)}`;
      throw spoolError(this.#folder, what, hint, error);
    }
    clearInterval(this.#beat);
    this.#beat = setInterval(() => {
      this.#files.touch(this.#path).catch(() => undefined);
    }, this.#timing.beatMs).unref();
  }

  /** Whether the lock is still the one that was taken: a folder can be deleted under its service. */
  async isHeld(): Promise<boolean> {
    const facts = await this.#files.facts(this.#path);
    return facts !== undefined && facts.identity === this.#identity;
  }

  async release(): Promise<void> {
    clearInterval(this.#beat);
    const isHeld = this.#identity !== undefined && (await this.isHeld());
    this.#identity = undefined;
    if (isHeld) await this.#files.unlink(this.#path);
  }

  /** On a full disk the file stays empty; then its time alone speaks for it. */
  async #write(path: string): Promise<void> {
    const file = await this.#files.open(path, 'create');
    try {
      await writeAll(file, Buffer.from(markText(ownMark())), 0);
    } catch (error) {
      const code = codeOf(error);
      if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
    } finally {
      await file.close();
    }
  }

  async #link(own: string): Promise<boolean> {
    try {
      await this.#files.link(own, this.#path);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
  }

  /** Returns once the lock is away; throws when its holder lives. */
  async #removeDead(): Promise<void> {
    await this.#refuseLiving();
    // Only one may remove it: else a second one could remove what the first one has taken since.
    const takeover = `${this.#path}.takeover`;
    const facts = await this.#files.facts(takeover);
    if (facts && Math.abs(this.#clock() - facts.modifiedMs) > takeoverMs)
      await this.#unlink(takeover);
    let file;
    try {
      file = await this.#files.open(takeover, 'create');
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return sleep(100);
      throw error;
    }
    await file.close();
    try {
      await this.#refuseLiving();
      await this.#unlink(this.#path);
    } finally {
      await this.#unlink(takeover);
    }
  }

  async #refuseLiving(): Promise<void> {
    const holder = await this.#holder();
    if (holder === undefined) return;
    const running = holder === 'unreadable' ? 'unknown' : isRunning(holder);
    if (running === false) return;
    if (running === 'unknown' && !(await this.#isTouched())) return;
    const who = holder === 'unreadable' ? 'another service' : `the process ${holder.pid}`;
    const where = running === 'unknown' ? ' (in another container or on another machine)' : '';
    throw spoolError(
      this.#folder,
      `the spool's folder is in use by ${who}${where}`,
      'give each service a delivery.spool.directory of its own, or stop the other one',
    );
  }

  /** Who has the lock; undefined when it is gone. */
  async #holder(): Promise<ProcessMark | 'unreadable' | undefined> {
    let file;
    try {
      file = await this.#files.open(this.#path, 'read');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      if (codeOf(error) !== 'ELOOP') throw error;
      throw spoolError(
        this.#path,
        "the spool's lock is a symbolic link",
        'find out why; remove it',
      );
    }
    try {
      const bytes = Buffer.alloc(512);
      const length = await file.read(bytes, 0, bytes.length, 0);
      return parseMark(bytes.toString('utf8', 0, length)) ?? 'unreadable';
    } finally {
      await file.close();
    }
  }

  /** Whether somebody touches the lock; watched for some beats when it was touched of late. */
  async #isTouched(): Promise<boolean> {
    const before = await this.#files.facts(this.#path);
    if (before === undefined) return false;
    if (this.#clock() - before.modifiedMs > this.#timing.silentMs) return false;
    for (let beat = 0; beat < 6; beat++) {
      await sleep(this.#timing.beatMs / 2);
      const now = await this.#files.facts(this.#path);
      if (now === undefined) return false;
      if (now.identity !== before.identity || now.modifiedMs !== before.modifiedMs) return true;
    }
    return false;
  }

  async #unlink(path: string): Promise<void> {
    try {
      await this.#files.unlink(path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
}
