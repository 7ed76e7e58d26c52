import { constants } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

import { messageOf } from '../core/index.js';

export interface LogFileOptions {
  readonly path: string;
  /** The file is put aside as `path.1` when it would grow beyond this. */
  readonly maxBytes: number;
  /** How many files that were put aside are kept: `path.1` (the newest) to `path.N`. */
  readonly keep: number;
  /** Told once when the file cannot be written, and once when it can be again. */
  readonly onProblem: (message: string) => void;
  readonly onWell?: (message: string) => void;
}

/** Lines that wait while the disk is slow; beyond it lines are left out and counted. */
const mostWaitingBytes = 1024 * 1024;
const retryMs = 5_000;
/**
 * Links are not followed: who may write into the folder could point them at any file of ours. A pipe
 * without a reader is refused, not waited for.
 */
const openFlags =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_NOFOLLOW |
  constants.O_NONBLOCK;

/**
 * The log as a file: mode 0600, put aside by size, opened anew when asked (logrotate has moved it).
 * Lines are written beside the main loop, so that no disk can slow it; a disk that is full or gone
 * costs lines (how many, the next line says) and nothing else.
 *
 * Not rotating-file-stream or pino-roll: the one ends at the first error and cannot be told to open its
 * file anew, the other writes to names that are not the configured one.
 */
export class LogFile {
  readonly #options: LogFileOptions;
  #file: FileHandle | undefined;
  #bytes = 0;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #lost = 0;
  #isReopenDue = false;
  #isFailing = false;
  #retryAtMs = 0;
  #work: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: LogFileOptions) {
    this.#options = options;
  }

  /** Takes a line with its line end. Never waits, never throws. */
  write(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (this.#isClosed || this.#waitingBytes + bytes > mostWaitingBytes) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(line);
    this.#waitingBytes += bytes;
    this.#work ??= this.#run();
  }

  /** Opens the file by its name again before the next line. */
  reopen(): void {
    this.#isReopenDue = true;
    this.#retryAtMs = 0;
    this.#work ??= this.#run();
  }

  /** Writes what waits and closes. */
  async close(): Promise<void> {
    await this.#work;
    this.#isClosed = true;
    this.#retryAtMs = 0;
    if (this.#waiting.length > 0) await (this.#work ?? this.#run());
    await this.#file?.close().catch(() => undefined);
    this.#file = undefined;
  }

  async #run(): Promise<void> {
    // A turn later, so that lines of one turn are one write.
    await Promise.resolve();
    try {
      while (this.#waiting.length > 0 || this.#isReopenDue) {
        if (this.#isFailing && performance.now() < this.#retryAtMs) break;
        await this.#writeWaiting();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#work = undefined;
    }
  }

  async #writeWaiting(): Promise<void> {
    const file = await this.#openFile();
    const lines = this.#waiting;
    let text = '';
    let count = 0;
    let bytes = 0;
    for (const line of lines) {
      const lineBytes = Buffer.byteLength(line);
      const isOver = this.#bytes + bytes + lineBytes > this.#options.maxBytes;
      if (isOver && this.#bytes + bytes > 0) break;
      text += line;
      bytes += lineBytes;
      count += 1;
    }
    if (count === 0) {
      if (lines.length > 0) await this.#putAside();
      return;
    }
    const { lost } = this.#take(count, bytes);
    const notice = lost === 0 ? '' : lostLine(lost);
    try {
      await writeWhole(file, notice + text, this.#bytes);
    } catch (error) {
      this.#lost += lost + count;
      throw error;
    }
    this.#bytes += bytes + notice.length;
    if (this.#isFailing) {
      this.#isFailing = false;
      this.#options.onWell?.(`the log file ${this.#options.path} is written again`);
    }
  }

  #take(count: number, bytes: number): { readonly lost: number } {
    this.#waiting.splice(0, count);
    this.#waitingBytes -= bytes;
    const lost = this.#lost;
    this.#lost = 0;
    return { lost };
  }

  async #openFile(): Promise<FileHandle> {
    const { path } = this.#options;
    if (this.#isReopenDue) {
      this.#isReopenDue = false;
      await this.#closeFile();
    }
    if (this.#file !== undefined) return this.#file;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, openFlags, 0o600);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw new Error('it is not a regular file');
      this.#bytes = stat.size;
    } catch (error) {
      await file.close();
      throw error;
    }
    this.#file = file;
    return file;
  }

  /** `path` → `path.1` → … → `path.N` → gone. */
  async #putAside(): Promise<void> {
    const { path, keep } = this.#options;
    await this.#closeFile();
    await rm(keep === 0 ? path : `${path}.${keep}`, { force: true });
    for (let number = keep - 1; number >= 0; number -= 1) {
      const from = number === 0 ? path : `${path}.${number}`;
      await rename(from, `${path}.${number + 1}`).catch(ignoreMissing);
    }
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#bytes = 0;
    await file?.close().catch(() => undefined);
  }

  #fail(error: unknown): void {
    void this.#closeFile();
    this.#retryAtMs = performance.now() + retryMs;
    // What waits would only be late: the lines are on standard error.
    this.#lost += this.#waiting.length;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (this.#isFailing) return;
    this.#isFailing = true;
    const { path, onProblem } = this.#options;
    onProblem(`the log file ${path} cannot be written: ${messageOf(error)}`);
  }
}

/** Writes all or nothing: a full disk takes a part of a line, and the rest would be glued to it. */
async function writeWhole(file: FileHandle, text: string, before: number): Promise<void> {
  const bytes = Buffer.from(text);
  try {
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, at);
      at += bytesWritten;
    }
  } catch (error) {
    await file.truncate(before).catch(() => undefined);
    throw error;
  }
}

function lostLine(lines: number): string {
  const record = {
    level: 'warn',
    time: new Date().toISOString(),
    code: 'log.lines_lost',
    lines,
    msg: `${lines} lines could not be written to this file`,
  };
  return `${JSON.stringify(record)}\n`;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
