import { closeSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { messageOf, type FeedProblem } from '../../core/index.js';
import { makeFolder } from './index-folder.js';

const folder = 'quarantine';
/** One file holds the rows of one feed, the first ones. */
const maxRows = 10_000;
const maxBytes = 16 * 2 ** 20;
const batchBytes = 65_536;

/** The file that keeps the rows of a feed that were left out: a JSON object a line. */
export function quarantinePath(directory: string, feed: string): string {
  return join(directory, folder, `${feed}.ndjson`);
}

/**
 * Writes the rows of one feed that cannot be used. What cannot be written does not matter to the
 * feed: it is told once to `onWarning`. Nothing is written for a feed without faults; its old file
 * goes.
 */
export class Quarantine {
  readonly #path: string;
  readonly #onWarning: (message: string) => void;
  #descriptor: number | undefined;
  #hasFailed = false;
  #rows = 0;
  #bytes = 0;
  #batch = '';

  constructor(directory: string, feed: string, onWarning: (message: string) => void) {
    this.#path = quarantinePath(directory, feed);
    this.#onWarning = onWarning;
  }

  add({ record, fault, reason, row }: FeedProblem): void {
    if (this.#hasFailed || this.#rows === maxRows || this.#bytes > maxBytes) return;
    this.#rows += 1;
    this.#batch += `${JSON.stringify({ record, fault, reason, row })}\n`;
    if (this.#batch.length >= batchBytes) this.#flush();
  }

  /** Puts the new rows in the place of the old ones. */
  finish(): void {
    this.#flush();
    this.#guarded(() => {
      if (this.#descriptor === undefined) {
        rmSync(this.#path, { force: true });
        return;
      }
      closeSync(this.#descriptor);
      this.#descriptor = undefined;
      renameSync(this.#temporary, this.#path);
    });
  }

  /** Leaves the old rows where they are. */
  abandon(): void {
    this.#guarded(() => {
      if (this.#descriptor === undefined) return;
      closeSync(this.#descriptor);
      this.#descriptor = undefined;
      rmSync(this.#temporary, { force: true });
    });
  }

  get #temporary(): string {
    return `${this.#path}.${process.pid}.tmp`;
  }

  #flush(): void {
    if (this.#batch === '' || this.#hasFailed) return;
    this.#guarded(() => {
      if (this.#descriptor === undefined) {
        makeFolder(dirname(this.#path));
        this.#descriptor = openSync(this.#temporary, 'w', 0o600);
      }
      const bytes = Buffer.from(this.#batch);
      this.#batch = '';
      this.#bytes += bytes.length;
      writeSync(this.#descriptor, bytes);
    });
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.#hasFailed) return;
      this.#hasFailed = true;
      this.#onWarning(
        `the rows that were left out cannot be kept in ${this.#path}: ${messageOf(error)}`,
      );
    }
  }
}

/** Removes the rows of feeds that are no more, and what an interrupted compile left. */
export function sweepQuarantine(directory: string, feeds: ReadonlySet<string>): void {
  try {
    for (const name of readdirSync(join(directory, folder))) {
      const feed = /^(.+)\.ndjson(?:\.\d+\.tmp)?$/.exec(name)?.[1];
      const isOver = feed !== undefined && (name.endsWith('.tmp') || !feeds.has(feed));
      if (isOver) rmSync(join(directory, folder, name), { force: true });
    }
  } catch {
    // There is none, or it cannot be read: what is left there does no harm.
  }
}

/** Where rows are not kept. */
export const noQuarantine: Pick<Quarantine, 'add' | 'finish' | 'abandon'> = {
  add: () => undefined,
  finish: () => undefined,
  abandon: () => undefined,
};
