import type { Lane } from './lane.js';
import type { Outbox } from './outbox.js';
import type { OutboxEntry } from './outbox-entry.js';

/** One write to a transport carries at most so many messages, of about so many bytes. */
export const batchMessages = 512;
const batchBytes = 256 * 1024;

/**
 * Takes the next messages for a lane, without those that its transport can never send: they are
 * dropped as `too_long`. `headerBytes` is the length of the syslog header of each.
 */
export function takeBatch(outbox: Outbox, lane: Lane, headerBytes: number): OutboxEntry[] {
  const { maxMessageBytes, hardLimitBytes } = lane.transport;
  const isTooLong = ({ bodyBytes }: OutboxEntry): boolean =>
    headerBytes + bodyBytes > hardLimitBytes;
  for (;;) {
    const entries = outbox.take(batchMessages, batchBytes);
    let tooLong = 0;
    for (const entry of entries) {
      if (headerBytes + entry.bodyBytes > maxMessageBytes && !entry.wasSent) lane.oversized.value++;
      if (isTooLong(entry)) tooLong++;
    }
    if (tooLong === 0) return entries;
    outbox.discard(entries.filter(isTooLong), 'too_long');
    if (tooLong < entries.length) return entries.filter((entry) => !isTooLong(entry));
  }
}
