import { setTimeout as sleep } from 'node:timers/promises';

import type { Clock, Logger } from '../core/index.js';
import type { DeliveryTiming } from './backoff.js';
import type { Lane } from './lane.js';
import { batchMessages, takeBatch } from './lane-batch.js';
import { LaneLedger } from './lane-ledger.js';
import type { LaneTurns } from './lane-turns.js';
import type { Outbox } from './outbox.js';
import type { OutboxEntry } from './outbox-entry.js';

/** So far the collector's machine may lag behind before no more is written. */
const maxLagBytes = 64 * 1024 * 1024;

/**
 * What is wanted of a lane: `use`: send over it; `standby`: be connected, to be used soon; `retire`:
 * send nothing more, wait until what was sent is settled, and end; `off`: no connection.
 */
export type LaneRole = 'off' | 'standby' | 'use' | 'retire';

export interface LaneSenderOptions {
  readonly lane: Lane;
  readonly turns: LaneTurns;
  readonly outbox: Outbox;
  readonly timing: DeliveryTiming;
  readonly marginBytes: number;
  /** The oldest message waits at most so long for a proof that it was read; 0: for ever. */
  readonly confirmMs: number;
  /** Length of the syslog header of every message. */
  readonly headerBytes: number;
  readonly monotonic: Clock;
  readonly logger: Logger;
  /** Its connection has come or gone, or an attempt has failed. */
  readonly onChange: () => void;
  /** Whether messages go out by another lane, so that this one may take its time. */
  readonly isRelieved: () => boolean;
}

/**
 * Keeps one collector's connection as its role wants it, and sends over it.
 */
export class LaneSender {
  readonly lane: Lane;
  readonly #options: LaneSenderOptions;
  readonly #ledger: LaneLedger;
  #role: LaneRole = 'off';
  #isEnded = false;
  /** Since close(): until when. */
  #closeByMs: number | undefined;
  #attempt: AbortController | undefined;
  #isTurningOver = false;
  /** From the moment its connection is open until that has ended and what it got is judged. */
  #isServing = false;
  #wroteAtMs = 0;
  #hasRetried = false;
  #wake: (() => void) | undefined;

  constructor(options: LaneSenderOptions) {
    this.#options = options;
    this.lane = options.lane;
    this.#ledger = new LaneLedger({ ...options, settleMs: options.timing.settleMs });
    this.lane.onLost = () => {
      this.wake();
    };
  }

  get role(): LaneRole {
    return this.#role;
  }

  /** Messages that it may have to send again. */
  get unconfirmed(): number {
    return this.#ledger.messages;
  }

  /** Connected, or in a moment again. */
  get isUp(): boolean {
    return this.lane.isOpen || this.#isTurningOver;
  }

  /** It is being connected to, or may be now. */
  get isTrying(): boolean {
    return this.#attempt !== undefined || this.#dueMs <= this.#options.monotonic();
  }

  /** Nothing is left for it to do after close(). */
  get isFinished(): boolean {
    return !this.#isServing && !this.#isWanted && this.#attempt === undefined;
  }

  setRole(role: LaneRole): void {
    if (role === this.#role) return;
    this.#role = role;
    if (!this.#isWanted) this.#attempt?.abort();
    this.wake();
  }

  /** Lets it look at its state again. */
  wake(): void {
    this.#wake?.();
  }

  /** Sends what waits, tries at once instead of after its back-off, and ends its connection. */
  close(closeByMs: number): void {
    this.#closeByMs = closeByMs;
    this.lane.hurry();
    if (!this.#isWanted) this.#attempt?.abort();
    this.wake();
  }

  /** Ends everything at once; run() ends soon. */
  stop(): void {
    this.#isEnded = true;
    this.#attempt?.abort();
    void this.lane.close(0);
    this.wake();
  }

  /** The end, after run(): what the collector has surely read is confirmed. */
  confirmProven(): void {
    this.#ledger.confirmProven();
  }

  /** The end: gives back to the outbox what is not confirmed. */
  giveBack(): void {
    this.#ledger.giveBack();
  }

  /** Works until stop(). Never rejects. */
  async run(): Promise<void> {
    const { monotonic, outbox, onChange, turns } = this.#options;
    while (!this.#isOver) {
      this.#ledger.settle();
      if (!this.#isWanted) {
        this.#isTurningOver = false;
        if (this.#closeByMs !== undefined) this.#ledger.confirmProven();
        await this.#wait(this.#ledger.nextSettledAtMs);
        continue;
      }
      if (this.#dueMs > monotonic()) {
        await this.#wait(this.#dueMs, true);
        continue;
      }
      await this.#connect();
      onChange();
      if (!this.lane.isOpen) continue;
      this.#isServing = true;
      await this.#serve();
      this.#isServing = false;
      if (outbox.ready > 0) turns.notify();
      onChange();
    }
  }

  get #isOver(): boolean {
    return this.#isEnded;
  }

  get #isWanted(): boolean {
    if (this.#role === 'off' || this.#role === 'retire') return false;
    if (this.#closeByMs === undefined) return true;
    return this.#role === 'use' && this.#options.outbox.waiting > 0;
  }

  get #dueMs(): number {
    return this.#options.isRelieved() ? this.lane.returnNotBeforeMs : this.lane.notBeforeMs;
  }

  async #connect(): Promise<void> {
    // Only at the end of delivery is there any: the offsets of the next connection say nothing of it.
    this.#ledger.giveBackUnproven();
    this.#attempt = new AbortController();
    const isOpen = await this.lane.open(this.#attempt.signal);
    this.#attempt = undefined;
    this.#isTurningOver = false;
    const { assurance } = this.lane.transport;
    if (isOpen && assurance !== undefined) {
      assurance.onProgress = () => {
        this.#ledger.progressed();
        this.wake();
      };
    }
    if (!isOpen) this.#ledger.lostBetween();
  }

  /** Works on an open connection until that is lost, or ended for a reason. */
  async #serve(): Promise<void> {
    const { lane } = this;
    while (lane.isOpen && !this.#isOver) {
      this.#ledger.settle();
      if (
        this.#closeByMs !== undefined &&
        (this.#role !== 'use' || this.#options.outbox.waiting === 0)
      ) {
        await this.#end(this.#closeByMs);
        return;
      }
      switch (this.#role) {
        case 'off':
        case 'retire':
          if (this.#ledger.settledAtMs <= this.#options.monotonic()) {
            await this.#end(this.#options.monotonic() + this.#options.timing.proofMs);
            return;
          }
          await this.#wait(this.#ledger.settledAtMs);
          break;
        case 'standby':
          await this.#wait(this.#ledger.nextSettledAtMs);
          break;
        case 'use':
          if (this.#ledger.turnOverAtMs <= this.#options.monotonic()) {
            await this.#turnOver();
            return;
          }
          await this.#sendNext();
          break;
        default:
          this.#role satisfies never;
      }
    }
    if (!this.#isOver) this.#ledger.lost();
  }

  async #sendNext(): Promise<void> {
    const { outbox, turns } = this.#options;
    const next = Math.min(this.#ledger.turnOverAtMs, this.#ledger.nextSettledAtMs);
    if (this.#isLagging) {
      await this.#wait(next);
    } else if (outbox.ready === 0) {
      await turns.idle(this, this.#wait(next));
    } else if (await this.#gather()) {
      const entries = takeBatch(outbox, this.lane, this.#options.headerBytes);
      if (outbox.ready > 0) turns.notify();
      if (entries.length > 0) await this.#write(entries);
    }
  }

  get #isLagging(): boolean {
    const { assurance } = this.lane.transport;
    return (
      assurance !== undefined && assurance.sentBytes - assurance.acknowledgedBytes > maxLagBytes
    );
  }

  /**
   * A write costs as much as many messages. The first message after a pause goes out at once; those
   * that follow it wait a moment for each other. False when the state is to be looked at again.
   */
  async #gather(): Promise<boolean> {
    const { outbox, turns, monotonic, timing } = this.#options;
    if (this.#closeByMs !== undefined || outbox.ready >= batchMessages) return true;
    const waitMs = this.#wroteAtMs + timing.gatherMs - monotonic();
    if (waitMs <= 0) return true;
    await turns.gather(sleep(waitMs));
    return false;
  }

  async #write(entries: readonly OutboxEntry[]): Promise<void> {
    const { outbox, monotonic } = this.#options;
    const { transport, resent } = this.lane;
    this.#wroteAtMs = monotonic();
    let count = 0;
    try {
      count = await transport.write(entries.map((entry) => entry.message));
    } catch (error) {
      // Transports report a loss by onLost; one that throws is not trusted with more.
      await this.lane.abandon(error);
    }
    const taken = count === entries.length ? entries : entries.slice(0, count);
    const { nowMs } = this.lane;
    for (const entry of taken) {
      if (entry.wasSent) resent.value++;
      else this.lane.noteWay(entry.message.atMs, nowMs);
      entry.wasSent = true;
    }
    this.lane.noteSent(taken);
    this.#ledger.wrote(taken);
    outbox.giveBack(entries.slice(count));
  }

  /** Ends the connection in good order, which proves that everything was read, and opens it anew. */
  async #turnOver(): Promise<void> {
    const { outbox, timing, turns, logger } = this.#options;
    this.#isTurningOver = true;
    if (outbox.ready > 0) turns.notify();
    this.lane.turnOvers.value++;
    await this.lane.close(timing.proofMs);
    this.lane.hurry();
    if (this.#ledger.turnedOver() || !this.#ledger.givesNoProof) return;
    const { url } = this.lane.transport;
    logger.warn(
      'collector.no_proof',
      `${url} does not end its side of a connection: on a quiet link, what it got is not confirmed, and sent again after a loss`,
      { collector: url },
    );
  }

  /** Ends the connection in good order; what the collector has surely read is confirmed at once. */
  async #end(byMs: number): Promise<void> {
    const { monotonic, timing } = this.#options;
    const limitMs = Math.max(0, Math.min(byMs - monotonic(), timing.proofMs));
    const endedAtMs = monotonic();
    await this.lane.close(limitMs);
    if (this.#ledger.ended()) return;
    // A reset is worth one more try. Who only does not end its side would get everything twice.
    const isReset = monotonic() - endedAtMs < limitMs / 2;
    if (this.#closeByMs === undefined || (isReset && !this.#hasRetried)) this.#ledger.giveBack();
    this.#hasRetried = true;
  }

  /** Waits for wake(), at most until `untilMs`; `isAlive`: the process waits, too. */
  async #wait(untilMs = Number.POSITIVE_INFINITY, isAlive = false): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (untilMs === Number.POSITIVE_INFINITY) return;
      const timer = setTimeout(resolve, Math.max(0, untilMs - this.#options.monotonic()));
      if (!isAlive) timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
