import type { OutboxEntry } from './outbox-entry.js';

export interface ReplayWindowOptions {
  /** What the collector's machine has acknowledged may be unread so far back. */
  readonly marginBytes: number;
  /** What the collector has read less than so long ago may be lost with its program. */
  readonly settleMs: number;
}

/** What becomes of the messages of a connection that is over. */
export interface Verdict {
  readonly confirmed: readonly OutboxEntry[];
  /** To be sent again. */
  readonly again: readonly OutboxEntry[];
}

/** Messages of one write. */
interface Group {
  readonly entries: readonly OutboxEntry[];
  /** Where the last of them ends on the wire. */
  readonly endBytes: number;
  readonly atMs: number;
}

/**
 * What was written to a collector and is not confirmed yet, oldest first, in groups of one write
 * each. Times are those of a clock that never jumps, in milliseconds.
 *
 * Example: margin 1,000 bytes; groups that end at 800, 1,600 and 2,400 bytes. 1,900 are acknowledged:
 * the first group is confirmed. The connection is reset: the other two are sent again. Had the
 * collector ended it in good order after reading everything: both confirmed, if they are older than
 * `settleMs`.
 */
export class ReplayWindow {
  readonly #options: ReplayWindowOptions;
  #groups: Group[] = [];
  /** Of connections that ended in good order: read for certain, but only a moment ago. */
  #carried: Group[] = [];
  #messages = 0;

  constructor(options: ReplayWindowOptions) {
    this.#options = options;
  }

  get messages(): number {
    return this.#messages;
  }

  /** When the oldest message that waits for a proof was written. */
  get oldestAtMs(): number | undefined {
    return this.#groups[0]?.atMs;
  }

  /** When the newest message was written, and when the newest one will have settled. */
  get settledAtMs(): number | undefined {
    const newest = this.#groups.at(-1) ?? this.#carried.at(-1);
    return newest === undefined ? undefined : newest.atMs + this.#options.settleMs;
  }

  /** When the first that was carried over will have settled. */
  get nextSettledAtMs(): number | undefined {
    const first = this.#carried[0];
    return first === undefined ? undefined : first.atMs + this.#options.settleMs;
  }

  /** `endBytes`: where the last of the messages ends on the wire of the present connection. */
  add(entries: readonly OutboxEntry[], endBytes: number, atMs: number): void {
    if (entries.length === 0) return;
    this.#groups.push({ entries, endBytes, atMs });
    this.#messages += entries.length;
  }

  /** What is confirmed now that the collector's machine has acknowledged so many bytes. */
  acknowledged(bytes: number): OutboxEntry[] {
    const read = bytes - this.#options.marginBytes;
    let count = 0;
    while ((this.#groups[count]?.endBytes ?? Number.POSITIVE_INFINITY) <= read) count++;
    return this.#released(this.#groups.splice(0, count));
  }

  /** What was carried over, and has settled by now. */
  settled(nowMs: number): OutboxEntry[] {
    const end = nowMs - this.#options.settleMs;
    let count = 0;
    while ((this.#carried[count]?.atMs ?? Number.POSITIVE_INFINITY) <= end) count++;
    return this.#released(this.#carried.splice(0, count));
  }

  /** The connection is over, and the collector has read everything: some of it wait to settle. */
  carryOver(nowMs: number): OutboxEntry[] {
    this.#carried = this.#carried.concat(this.#groups.splice(0));
    return this.settled(nowMs);
  }

  /**
   * The connection is lost; `isAllRead` says whether the collector has surely read everything before.
   * `acknowledgedBytes` is what its machine has acknowledged in the end.
   */
  lost(isAllRead: boolean, acknowledgedBytes: number, nowMs: number): Verdict {
    const confirmed = isAllRead
      ? this.carryOver(nowMs)
      : [...this.settled(nowMs), ...this.acknowledged(acknowledgedBytes)];
    return { confirmed, again: this.clear() };
  }

  /** Takes everything out. */
  clear(): OutboxEntry[] {
    return [...this.clearProven(), ...this.clearUnproven()];
  }

  /** Takes out what was carried over. */
  clearProven(): OutboxEntry[] {
    return this.#released(this.#carried.splice(0));
  }

  /** Takes out everything else: its offsets are those of one connection. */
  clearUnproven(): OutboxEntry[] {
    return this.#released(this.#groups.splice(0));
  }

  #released(groups: readonly Group[]): OutboxEntry[] {
    const entries = groups.flatMap((group) => group.entries);
    this.#messages -= entries.length;
    return entries;
  }
}
