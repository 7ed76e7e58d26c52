import { parseRow, rowKeyOf } from './queue-rows.js';
import type { Endpoints, QueueRow, QueueTable } from './queue-rows.js';
import { readKernelTable } from './read-table.js';
import type { ReadTable } from './read-table.js';

/** What was found about one connection: its row, no row, or no table at all. */
export type Reading =
  | { readonly kind: 'row'; readonly row: QueueRow }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly error: Error };

/** One that wants to know about its connection. */
export interface QueueWatcher {
  readonly endpoints: Endpoints;
  /** Called right before a reading. False: nothing is to be known now. */
  before(): boolean;
  /** What the reading found, if before() was true or now() was called. */
  after(reading: Reading): void;
}

export interface QueueWatch {
  /** There is something to be known: a reading follows within the interval. */
  want(): void;
  /** Reads at once; resolves when after() has been called with a reading that began after this call. */
  now(): Promise<void>;
  stop(): void;
}

export interface KernelQueuesOptions {
  readonly readTable?: ReadTable;
  /** Time between two readings. */
  readonly everyMs?: number;
}

interface Member {
  readonly watcher: QueueWatcher;
  readonly table: QueueTable;
  readonly key: string;
  isForced: boolean;
}

/**
 * A reading costs about 30 ns for each byte of a table, 150 bytes for each socket of the machine. Where
 * there are very many, readings are spaced so that they take at most a twentieth of one processor's
 * time; but not further than this.
 */
const waitMsPerByte = 20 * 30e-6;
const longestWaitMs = 2000;

/**
 * What the kernel holds for connections and the peers have not acknowledged: one reading of
 * `/proc/self/net/tcp` and `tcp6` serves all connections that want to know, and none takes place while
 * nobody does. Rows are found by their text; no other row is looked at.
 */
export class KernelQueues {
  /** Set by who has told the operator that the tables cannot be read, for the others not to. */
  isBlindnessTold = false;
  readonly #readTable: ReadTable;
  readonly #everyMs: number;
  readonly #members = new Set<Member>();
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #lastBytes = 0;

  constructor({ readTable = readKernelTable, everyMs = 250 }: KernelQueuesOptions = {}) {
    this.#readTable = readTable;
    this.#everyMs = everyMs;
  }

  watch(watcher: QueueWatcher): QueueWatch {
    const { table, text } = rowKeyOf(watcher.endpoints);
    const member: Member = { watcher, table, key: text, isForced: false };
    this.#members.add(member);
    return {
      want: () => {
        this.#schedule();
      },
      now: () => {
        member.isForced = true;
        return this.#now();
      },
      stop: () => {
        this.#members.delete(member);
      },
    };
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#reading !== undefined) return;
    const restMs = Math.min(longestWaitMs, this.#lastBytes * waitMsPerByte);
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        void this.#now();
      },
      Math.max(this.#everyMs, restMs),
    );
    // What is to be known is about open sockets: they keep the process, not this.
    this.#timer.unref();
  }

  /** A reading that begins now, or, while one is under way, right after it. */
  #now(): Promise<void> {
    if (this.#reading !== undefined) {
      this.#next ??= this.#reading.then(() => {
        this.#next = undefined;
        return this.#now();
      });
      return this.#next;
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#reading = this.#read().then((hasRead) => {
      this.#reading = undefined;
      // Whether there is more to be known, before() says.
      if (hasRead) this.#schedule();
    });
    return this.#reading;
  }

  /** Resolves with whether there was anything to read. */
  async #read(): Promise<boolean> {
    const wanted = [...this.#members].filter((member) => {
      const isWanted = member.watcher.before() || member.isForced;
      member.isForced = false;
      return isWanted;
    });
    if (wanted.length === 0) return false;
    this.#lastBytes = 0;
    for (const table of ['tcp', 'tcp6'] as const) {
      const here = wanted.filter((member) => member.table === table);
      if (here.length > 0) await this.#readFor(table, here);
    }
    return true;
  }

  async #readFor(table: QueueTable, members: readonly Member[]): Promise<void> {
    const found = new Map<Member, QueueRow>();
    let otherwise: Reading = { kind: 'absent' };
    try {
      await this.#readTable(table, (piece) => {
        this.#lastBytes += piece.length;
        for (const member of members) {
          const row = found.has(member) ? undefined : rowIn(piece, member.key);
          if (row !== undefined) found.set(member, row);
        }
        return found.size === members.length;
      });
    } catch (error) {
      otherwise = {
        kind: 'unreadable',
        error: error instanceof Error ? error : new Error(String(error)),
      };
    }
    for (const member of members) {
      const row = found.get(member);
      if (this.#members.has(member)) {
        member.watcher.after(row === undefined ? otherwise : { kind: 'row', row });
      }
    }
  }
}

function rowIn(piece: Buffer, key: string): QueueRow | undefined {
  const at = piece.indexOf(key, 0, 'latin1');
  if (at < 0) return undefined;
  const from = at + key.length;
  return parseRow(piece.toString('latin1', from, from + 96));
}

/** The tables of this machine, for all connections of this process. */
export const kernelQueues = new KernelQueues();
