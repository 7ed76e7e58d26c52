import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { writeOwnedFile } from '../../config/index.js';
import { messageOf } from '../../core/index.js';
import type { Counter, Logger } from '../../core/index.js';
import { machineFiles } from '../../delivery/spool/index.js';
import { dayOf, dayOfFile, fileNameOf, renderDay, renderHour, startOfDay } from './day-file.js';
import type { DayCounts } from './day-file.js';
import { FolderHold } from './folder-hold.js';
import { dayMs } from './hour-counts.js';
import type { HourCounts } from './hour-counts.js';
import { readDay } from './read-day.js';

/** What a write that was cut off, or a lock that was being taken, may have left. */
const leftover = /^(\.\d{4}-\d\d-\d\d\.json\.[0-9a-f]{12}\.tmp|lock\.\d+-[0-9a-f]{12})$/;
const badSuffix = '.bad';

export interface FolderOptions {
  readonly directory: string;
  readonly keepDays: number;
  readonly logger: Logger;
  readonly damaged: Counter;
}

/** A day as it is on disk; hours that do not change keep their text. */
interface Book {
  readonly day: string;
  readonly counts: DayCounts;
  readonly texts: Map<number, string>;
  /** Which file that is: another one may have taken its place. */
  readonly file: string;
}

/** The folder with one file a day; written by the service that holds its lock, and by no other. */
export class StatisticsFolder {
  readonly #options: FolderOptions;
  readonly #hold: FolderHold;
  #book: Book | undefined;

  constructor(options: FolderOptions) {
    this.#options = options;
    this.#hold = new FolderHold(options.directory);
  }

  /**
   * Makes sure that this service is the one that writes here. Throws when another one is, or when the
   * folder cannot be used; true when it has just become the one.
   */
  async hold(): Promise<boolean> {
    if (!(await this.#hold.take())) return false;
    this.#book = undefined;
    await this.#removeLeftovers();
    return true;
  }

  /** Gives the folder free for others. Never rejects. */
  release(): Promise<void> {
    this.#book = undefined;
    return this.#hold.release();
  }

  /** Reads a day in, where that is to be done, so that damage shows; one that is damaged is put aside. */
  async look(day: string): Promise<void> {
    await this.#bookOf(day);
  }

  /**
   * Adds hours to the file of their day, all of them or, when it rejects, none. Gives back how many
   * detections went under `(other)` by it.
   */
  async add(day: string, hours: ReadonlyMap<number, HourCounts>): Promise<number> {
    const { counts, texts } = await this.#bookOf(day);
    // Whatever goes wrong from here on, the file holds what is true.
    this.#book = undefined;
    let over = 0;
    for (const [hour, added] of hours) {
      const before = counts.get(hour);
      if (before === undefined) counts.set(hour, added);
      else over += before.addAll(added);
      texts.delete(hour);
    }
    const inOrder = [...counts].sort(([one], [other]) => one - other);
    const lines = inOrder.map(([hour, of]) => texts.get(hour) ?? renderHour(hour, of));
    for (const [at, [hour]] of inOrder.entries()) texts.set(hour, lines[at] ?? '');
    await writeOwnedFile(this.#pathOf(day), renderDay(day, lines));
    this.#book = { day, counts, texts, file: await fileAt(this.#pathOf(day)) };
    return over;
  }

  /** Deletes the files of days, put aside or not, that ended more than `keepDays` days ago. */
  async prune(nowMs: number): Promise<void> {
    const { directory, keepDays } = this.#options;
    const oldest = (startOfDay(dayOf(nowMs)) ?? nowMs) - keepDays * dayMs;
    for (const name of await readdir(directory)) {
      const own = name.endsWith(badSuffix) ? name.slice(0, -badSuffix.length) : name;
      const day = dayOfFile(own);
      if (day === undefined || (startOfDay(day) ?? oldest) >= oldest) continue;
      await rm(join(directory, name), { force: true });
    }
  }

  async #bookOf(day: string): Promise<Book> {
    const file = await fileAt(this.#pathOf(day));
    if (this.#book?.day === day && this.#book.file === file) return this.#book;
    const read = await readDay(this.#options.directory, day);
    if (read?.ok === false) await this.#putAside(day, read.problem);
    const counts: DayCounts = read?.ok === true ? read.value : new Map<number, HourCounts>();
    this.#book = { day, counts, texts: new Map(), file };
    return this.#book;
  }

  #pathOf(day: string): string {
    return join(this.#options.directory, fileNameOf(day));
  }

  async #putAside(day: string, problem: string): Promise<void> {
    const { directory, logger, damaged } = this.#options;
    const path = this.#pathOf(day);
    await rename(path, path + badSuffix);
    damaged.value += 1;
    logger.warn(
      'statistics.damaged',
      `${path} is damaged: ${problem}; it was put aside as ${fileNameOf(day)}${badSuffix}, and the day begins anew`,
      { directory },
    );
  }

  async #removeLeftovers(): Promise<void> {
    const { directory, logger } = this.#options;
    try {
      for (const name of await readdir(directory)) {
        if (leftover.test(name)) await rm(join(directory, name), { force: true });
      }
    } catch (error) {
      logger.warn('statistics.leftovers', `cannot tidy ${directory}: ${messageOf(error)}`);
    }
  }
}

/** Tells one file from another in its place: a changed one is another; '' where there is none. */
async function fileAt(path: string): Promise<string> {
  const facts = await machineFiles.facts(path);
  return facts === undefined ? '' : `${facts.identity} ${facts.size} ${facts.modifiedMs}`;
}
