import { batchMessages } from './lane-batch.js';
import type { Outbox } from './outbox.js';

/** Who waits for messages. */
export interface Waiting {
  wake(): void;
}

/** Sees to it that the lanes of a group that have nothing to do take messages in turn. */
export class LaneTurns {
  readonly #outbox: Outbox;
  /** Have nothing to do, the one that waits longest first. */
  readonly #idle = new Set<Waiting>();
  /** Wait a moment for more messages before they take what is there. */
  #gathering = 0;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** Has messages taken by the one that waits longest, unless those that gather will take them. */
  notify(): void {
    if (this.#idle.size === 0) return;
    const { ready } = this.#outbox;
    if (ready === 0 || (this.#gathering > 0 && ready <= this.#gathering * batchMessages)) return;
    for (const lane of this.#idle) {
      this.#idle.delete(lane);
      lane.wake();
      return;
    }
  }

  /** `lane` has nothing to do until `wait` is over. */
  async idle(lane: Waiting, wait: Promise<void>): Promise<void> {
    this.#idle.add(lane);
    await wait;
    this.#idle.delete(lane);
  }

  /** A lane waits for more messages until `wait` is over. */
  async gather(wait: Promise<unknown>): Promise<void> {
    this.#gathering++;
    await wait;
    this.#gathering--;
  }
}
