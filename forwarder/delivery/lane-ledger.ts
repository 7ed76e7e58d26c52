import type { Clock } from '../core/index.js';
import type { Lane } from './lane.js';
import type { Outbox } from './outbox.js';
import type { OutboxEntry } from './outbox-entry.js';
import { ReplayWindow } from './replay-window.js';
import type { ReplayWindowOptions } from './replay-window.js';

/** After so many ends of a connection without a proof, a collector is taken to give none. */
const maxUnproven = 2;

export interface LaneLedgerOptions extends ReplayWindowOptions {
  readonly lane: Lane;
  readonly outbox: Outbox;
  readonly monotonic: Clock;
  /** The oldest message waits at most so long for a proof that it was read; 0: for ever. */
  readonly confirmMs: number;
}

/**
 * Decides of every message that a lane has written whether it is confirmed or to be sent again, by what
 * its transport knows: see Assurance and ReplayWindow.
 */
export class LaneLedger {
  readonly #options: LaneLedgerOptions;
  readonly #window: ReplayWindow;
  #unproven = 0;
  /** How long the oldest message waits for a proof now. */
  #patienceMs: number;

  constructor(options: LaneLedgerOptions) {
    this.#options = options;
    this.#window = new ReplayWindow(options);
    this.#patienceMs = options.confirmMs;
  }

  /** Messages that may have to be sent again. */
  get messages(): number {
    return this.#window.messages;
  }

  /** When the newest of them will have settled, if nothing happens; 0 when there is none. */
  get settledAtMs(): number {
    return this.#window.settledAtMs ?? 0;
  }

  /** When the first one will settle that only waits for that. */
  get nextSettledAtMs(): number {
    return this.#window.nextSettledAtMs ?? Number.POSITIVE_INFINITY;
  }

  /** When the connection is to be ended for a proof. */
  get turnOverAtMs(): number {
    const { oldestAtMs } = this.#window;
    const { confirmMs } = this.#options;
    const isNever = oldestAtMs === undefined || confirmMs === 0 || this.givesNoProof;
    return isNever ? Number.POSITIVE_INFINITY : oldestAtMs + this.#patienceMs;
  }

  /** The collector does not end its side of a connection when we end ours. */
  get givesNoProof(): boolean {
    return this.#unproven >= maxUnproven;
  }

  /** The transport has taken these. */
  wrote(entries: readonly OutboxEntry[]): void {
    const { assurance } = this.#options.lane.transport;
    if (assurance === undefined) this.#confirm(entries);
    else this.#window.add(entries, assurance.sentBytes, this.#options.monotonic());
  }

  /** The collector's machine has acknowledged more. */
  progressed(): void {
    this.#confirm(this.#window.acknowledged(this.#acknowledgedBytes));
  }

  /** Time has passed. */
  settle(): void {
    this.#confirm(this.#window.settled(this.#options.monotonic()));
  }

  /**
   * We have ended the connection in good order, to go on with another one. False when that gave no
   * proof: everything unproven is to be sent again.
   */
  turnedOver(): boolean {
    const { confirmMs } = this.#options;
    this.#patienceMs = Math.min(confirmMs, this.#patienceMs * 2);
    if (this.#isAllRead) {
      this.#unproven = 0;
      this.#confirm(this.#window.carryOver(this.#options.monotonic()));
      return true;
    }
    this.#unproven++;
    this.#judge(false);
    return false;
  }

  /**
   * We have ended the connection in good order, for good: there is no time to see whether the collector
   * lives on, so what it has surely read is confirmed. False when that gave no proof.
   */
  ended(): boolean {
    if (this.messages === 0) return true;
    if (!this.#isAllRead) {
      this.#unproven++;
      return false;
    }
    this.#confirm(this.#window.clear());
    return true;
  }

  /**
   * The connection is lost. One that is lost again and again before it carried enough to confirm
   * anything would cost more duplicates each time: proofs are sought sooner for a while.
   */
  lost(): void {
    const { confirmMs, settleMs } = this.#options;
    const before = this.messages;
    this.#judge(this.#isAllRead);
    if (before === 0) return;
    const leastMs = Math.min(confirmMs, settleMs * 1.5);
    this.#patienceMs = Math.max(leastMs, this.#patienceMs / 2);
  }

  /** No connection followed the one that was ended in good order. */
  lostBetween(): void {
    this.#judge(false);
  }

  /** The end, with no connection: what was proven to be read, and only had to settle, is confirmed. */
  confirmProven(): void {
    this.#confirm(this.#window.clearProven());
  }

  /** Gives back to the outbox what was sent over a connection that has ended without a proof. */
  giveBackUnproven(): void {
    this.#options.outbox.giveBack(this.#window.clearUnproven());
  }

  /** Gives back to the outbox what is not confirmed. */
  giveBack(): void {
    this.#options.outbox.giveBack(this.#window.clear());
  }

  get #isAllRead(): boolean {
    return this.#options.lane.transport.assurance?.isAllRead === true;
  }

  get #acknowledgedBytes(): number {
    return this.#options.lane.transport.assurance?.acknowledgedBytes ?? 0;
  }

  #judge(isAllRead: boolean): void {
    const { outbox, monotonic } = this.#options;
    const { confirmed, again } = this.#window.lost(isAllRead, this.#acknowledgedBytes, monotonic());
    this.#confirm(confirmed);
    outbox.giveBack(again);
  }

  #confirm(entries: readonly OutboxEntry[]): void {
    if (entries.length === 0) return;
    this.#options.lane.acknowledged.value += entries.length;
    this.#options.outbox.confirmed(entries);
  }
}
