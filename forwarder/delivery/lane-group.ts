import { batchMessages } from './lane-batch.js';
import type { LaneSender } from './lane-sender.js';
import type { Outbox } from './outbox.js';

/**
 * Collectors that share the messages. Each takes the next ones when it can, so that one that is dead
 * or slow holds nobody up; those that have nothing to do take turns.
 */
export class LaneGroup {
  readonly name: string | undefined;
  readonly senders: LaneSender[] = [];
  readonly #outbox: Outbox;
  /** Have nothing to do, the one that waits longest first. */
  readonly #idle = new Set<LaneSender>();
  /** Wait a moment for more messages before they take what is there. */
  #gathering = 0;

  constructor(name: string | undefined, outbox: Outbox) {
    this.name = name;
    this.#outbox = outbox;
  }

  get isOpen(): boolean {
    return this.senders.some((sender) => sender.lane.isOpen);
  }

  /** Whether messages can be sent by it, or can again in a moment. */
  get isUp(): boolean {
    return this.senders.some((sender) => sender.isUp);
  }

  /** Whether one of its collectors is being connected to, or may be now. */
  get isTrying(): boolean {
    return this.senders.some((sender) => sender.isTrying);
  }

  /** Has messages taken by the one that waits longest, unless those that gather will take them. */
  notify(): void {
    if (this.#idle.size === 0) return;
    const ready = this.#outbox.ready;
    if (ready === 0 || (this.#gathering > 0 && ready <= this.#gathering * batchMessages)) return;
    for (const sender of this.#idle) {
      this.#idle.delete(sender);
      sender.wake();
      return;
    }
  }

  async idle(sender: LaneSender, wait: Promise<void>): Promise<void> {
    this.#idle.add(sender);
    await wait;
    this.#idle.delete(sender);
  }

  async gather(wait: Promise<unknown>): Promise<void> {
    this.#gathering++;
    await wait;
    this.#gathering--;
  }
}
