import type { Clock, Logger } from '../core/index.js';
import type { LaneGroup } from './lane-group.js';
import type { LaneRole, LaneSender } from './lane-sender.js';

export interface FailoverOptions {
  /** In order of preference. */
  readonly groups: readonly LaneGroup[];
  readonly monotonic: Clock;
  readonly logger: Logger;
  /** A preferred group is gone back to once a connection of it has held for so long. */
  readonly stableMs: number;
}

/**
 * Chooses the group of collectors that gets the messages: the first, in the configured order, of which
 * one can be connected to. While a later one is in use the earlier ones are tried in the background,
 * each collector after its own back-off; a group that is back and holds replaces the one in use.
 *
 * Example: [A, B], A is down. A fails, B opens and is used. A is tried after 0.2 s, 0.4 s … 30 s. It
 * opens; five seconds later it is used again, and B ends once what it got is settled. Had A stalled
 * instead, it would be tried again only after `stallPenaltyMs`: what a hanging collector accepts is in
 * doubt.
 */
export class Failover {
  readonly #options: FailoverOptions;
  #inUse: LaneGroup | undefined;
  /** While none is in use: the groups up to this one are tried. */
  #reach = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: FailoverOptions) {
    this.#options = options;
  }

  /** The group that gets the messages; `undefined` while none can be connected to. */
  get inUse(): LaneGroup | undefined {
    return this.#inUse;
  }

  /** Looks at all groups anew; to be called when a connection came or went, or an attempt failed. */
  review(): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    if (this.#inUse?.isUp === true) this.#goBack(this.#inUse);
    else this.#choose();
    const { groups } = this.#options;
    const used = this.#inUse === undefined ? -1 : groups.indexOf(this.#inUse);
    for (const [index, group] of groups.entries()) {
      for (const sender of group.senders) {
        sender.setRole(this.#roleOf(sender, index, used));
        // One that takes its time to come back, relieved by others, may be needed now.
        sender.wake();
      }
    }
    this.#inUse?.turns.notify();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #roleOf(sender: LaneSender, index: number, used: number): LaneRole {
    if (used < 0) return index <= this.#reach ? 'use' : 'off';
    if (index === used) return 'use';
    if (index < used) return 'standby';
    return sender.lane.isOpen && sender.unconfirmed > 0 ? 'retire' : 'off';
  }

  #choose(): void {
    const { groups } = this.#options;
    this.#inUse = groups.find((group) => group.isOpen);
    if (this.#inUse !== undefined) {
      this.#reach = 0;
      return;
    }
    const trying = groups.findIndex((group) => group.isTrying);
    this.#reach = Math.max(this.#reach, trying < 0 ? groups.length - 1 : trying);
  }

  /** Back to a preferred group, if one holds for long enough; else looks again when it may. */
  #goBack(inUse: LaneGroup): void {
    const { groups, monotonic, stableMs, logger } = this.#options;
    for (const group of groups.slice(0, groups.indexOf(inUse))) {
      const since = group.senders.map(({ lane }) => lane.openSinceMs ?? Number.POSITIVE_INFINITY);
      const waitMs = Math.min(...since) + stableMs - monotonic();
      if (waitMs <= 0) {
        const urls = group.senders.map(({ lane }) => lane.transport.url);
        logger.info('collector.preferred', `Going back to ${urls.join(', ')}`);
        this.#inUse = group;
        return;
      }
      if (waitMs === Number.POSITIVE_INFINITY) continue;
      this.#timer = setTimeout(() => {
        this.review();
      }, waitMs);
      this.#timer.unref();
      return;
    }
  }
}
