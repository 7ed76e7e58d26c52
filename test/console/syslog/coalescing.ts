import type { KeptEvent } from './kept-event.js';

const windowMs = 10_000;
/** So many equal events are kept one by one. */
const keptSingly = 4;

interface Bundle {
  readonly startedAtMs: number;
  count: number;
  merged: KeptEvent | undefined;
}

/**
 * Merges equal events as JSA does when a log source coalesces: of those that come within ten seconds
 * the first four stay, the rest become one whose payload is that of its first. (IBM, event coalescing)
 */
export class Coalescing {
  private readonly bundles = new Map<string, Bundle>();

  /** Whether the event was merged into one that is there, and is not to be kept. */
  merge(event: KeptEvent): boolean {
    const { attributes } = event;
    const key = JSON.stringify([
      ...[event.logSourceId, event.qid, event.eventId, event.sourceIp, event.destinationIp],
      ...['dstPort', 'proto', 'usrName'].map((name) => attributes[name]),
    ]);
    const known = this.bundles.get(key);
    if (known === undefined || event.receivedAtMs - known.startedAtMs > windowMs) {
      this.bundles.set(key, { startedAtMs: event.receivedAtMs, count: 1, merged: undefined });
      return false;
    }
    known.count++;
    if (known.count <= keptSingly) return false;
    if (known.merged === undefined) {
      known.merged = event;
      return false;
    }
    known.merged.eventCount++;
    return true;
  }
}
