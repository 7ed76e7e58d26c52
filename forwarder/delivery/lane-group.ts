import type { LaneSender } from './lane-sender.js';
import { LaneTurns } from './lane-turns.js';
import type { Outbox } from './outbox.js';

/**
 * Collectors that share the messages. Each takes the next ones when it can, so that one that is dead
 * or slow holds nobody up; those that have nothing to do take turns.
 */
export class LaneGroup {
  readonly name: string | undefined;
  readonly senders: LaneSender[] = [];
  readonly turns: LaneTurns;

  constructor(name: string | undefined, outbox: Outbox) {
    this.name = name;
    this.turns = new LaneTurns(outbox);
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
}
