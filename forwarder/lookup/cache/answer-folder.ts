import { open, readFile, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { messageOf } from '../../core/index.js';
import type { Clock } from '../../core/index.js';
import { makeFolder } from '../make-folder.js';
import { writeWhole } from '../write-whole.js';
import { keyPath } from './answer-key.js';
import { freeBytes, measureFolder } from './measure-folder.js';
import { isMeasured, noteMeasured } from './measured-note.js';
import { decodeAnswer, encodeAnswer } from './stored-answer.js';
import type { Answer } from './stored-answer.js';

export interface AnswerFolderOptions {
  readonly directory: string;
  /** The most the answers take; 0 = none is kept. */
  readonly maxBytes: number;
  readonly clock: Clock;
  /** Told once what the first fault was: the cache does without, lookups go on. */
  readonly onWarning: (text: string) => void;
}

/** What happened to the files; whole numbers since the folder was opened. */
export interface FolderCounts {
  written: number;
  /** Answers that could not be read, written or measured. */
  faults: number;
  /** Files that held no answer of their key, and were taken away. */
  damaged: number;
  /** Files that are none of the cache, as of the last measuring; they stay. */
  foreign: number;
  /** Answers that made room for others. */
  madeRoom: number;
}

/** A file that is used again is marked as used at most so often. */
const markEveryMs = 3_600_000;
/** After this part of the room was written it is measured again: others may write there too. */
const measureEvery = 8;
const blockBytes = 4096;
/** Larger files are none of ours: the portal's answers are bounded. */
const maxFileBytes = 64 * 1_048_576;

/**
 * Answers as files, one each, that several processes may share: written as a whole or not at all. No
 * fault of the disk ever goes further than the counts. Its size is kept below the most it may take by
 * measuring it when it is opened and now and then, beside the lookups.
 */
export class AnswerFolder {
  readonly counts: FolderCounts = { written: 0, faults: 0, damaged: 0, foreign: 0, madeRoom: 0 };
  readonly #options: AnswerFolderOptions;
  #measuring: Promise<void> | undefined;
  #writtenBytes = 0;
  #hasWarned = false;
  #isClosed = false;

  constructor(options: AnswerFolderOptions) {
    this.#options = options;
    this.#measure({ onlyIfDue: true });
  }

  get #isOn(): boolean {
    return this.#options.maxBytes > 0;
  }

  /** What is kept of a key, whether it still holds or not; undefined when there is nothing. */
  async read(key: string): Promise<Answer | undefined> {
    if (!this.#isOn) return undefined;
    const path = this.#pathOf(key);
    let text: string | undefined;
    try {
      text = await this.#textOf(path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') this.#fault('read', error);
      return undefined;
    }
    const answer = text === undefined ? undefined : decodeAnswer(text, key);
    if (answer !== undefined) return answer;
    this.counts.damaged += 1;
    await this.remove(key);
    return undefined;
  }

  /** Keeps an answer, in place of one that is there. */
  async write(key: string, answer: Answer): Promise<void> {
    if (!this.#isOn) return;
    const text = encodeAnswer(key, answer);
    const bytes = Math.ceil(Buffer.byteLength(text) / blockBytes) * blockBytes;
    if (bytes > this.#options.maxBytes) return;
    const path = this.#pathOf(key);
    try {
      await makeFolder(dirname(path));
      await writeWhole(path, text);
      this.counts.written += 1;
    } catch (error) {
      this.#fault('write', error);
      return;
    }
    this.#writtenBytes += bytes;
    if (this.#writtenBytes > this.#options.maxBytes / measureEvery) {
      this.#measure({ onlyIfDue: false });
    }
  }

  /** Takes away what is kept of a key. */
  async remove(key: string): Promise<void> {
    if (!this.#isOn) return;
    try {
      await rm(this.#pathOf(key), { force: true });
    } catch (error) {
      this.#fault('remove', error);
    }
  }

  /** Resolves when nothing is measured any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#measuring;
  }

  /** The text of a file, which is marked as used; undefined when it is too large to be ours. */
  async #textOf(path: string): Promise<string | undefined> {
    const file = await open(path, 'r');
    try {
      const { size, mtimeMs } = await file.stat();
      if (size > maxFileBytes) return undefined;
      const text = await readFile(file, 'utf8');
      const nowMs = this.#options.clock();
      if (nowMs - mtimeMs > markEveryMs) {
        // Of a folder that may only be read nothing is marked.
        await utimes(path, nowMs / 1000, nowMs / 1000).catch(() => undefined);
      }
      return text;
    } finally {
      await file.close();
    }
  }

  #pathOf(key: string): string {
    return join(this.#options.directory, keyPath(key));
  }

  #measure({ onlyIfDue }: { readonly onlyIfDue: boolean }): void {
    if (!this.#isOn || this.#measuring !== undefined || this.#isClosed) return;
    this.#writtenBytes = 0;
    this.#measuring = this.#makeRoom(onlyIfDue)
      .catch((error: unknown) => {
        this.#fault('measure', error);
      })
      .finally(() => {
        this.#measuring = undefined;
      });
  }

  async #makeRoom(onlyIfDue: boolean): Promise<void> {
    const { directory, maxBytes, clock } = this.#options;
    if (onlyIfDue && (await isMeasured(directory, maxBytes, clock()))) return;
    const measured = await measureFolder(directory, clock());
    this.counts.foreign = measured.foreign;
    if (measured.bytes > maxBytes) {
      // A little more than must be, so that there is room until it is measured again.
      const wanted = maxBytes - maxBytes / measureEvery;
      this.counts.madeRoom += await freeBytes(directory, measured, measured.bytes - wanted);
    }
    if (measured.bytes > 0) await noteMeasured(directory, maxBytes, clock());
  }

  #fault(what: string, error: unknown): void {
    this.counts.faults += 1;
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.onWarning(
      `cannot ${what} an answer in ${this.#options.directory}: ${messageOf(error)}; ` +
        'lookups go on, but are asked again later (lookup.cache.directory)',
    );
  }
}
