import type { Lane } from './lane.js';
import type { Outbox } from './outbox.js';
import type { OutboxEntry } from './outbox-entry.js';
import { hasHeader, variantOf } from './wording.js';
import type { Wording } from './wording.js';

/** One write to a transport carries at most so many messages, of about so many bytes. */
export const batchMessages = 512;
const batchBytes = 256 * 1024;

/**
 * Takes the next messages for a lane, without those that its transport can never send: they are
 * dropped as `too_long`. `headerBytes` is the length of a syslog header.
 */
export function takeBatch(outbox: Outbox, lane: Lane, headerBytes: number): OutboxEntry[] {
  const { wording, transport } = lane;
  const { maxMessageBytes, hardLimitBytes } = transport;
  const isTooLong = (entry: OutboxEntry): boolean =>
    lineBytes(entry, wording, headerBytes) > hardLimitBytes;
  for (;;) {
    const entries = outbox.take(batchMessages, batchBytes);
    let tooLong = 0;
    for (const entry of entries) {
      const bytes = lineBytes(entry, wording, headerBytes);
      if (bytes > maxMessageBytes && !entry.wasSent) lane.oversized.value++;
      if (bytes > hardLimitBytes) tooLong++;
    }
    if (tooLong === 0) return entries;
    outbox.discard(entries.filter(isTooLong), 'too_long');
    if (tooLong < entries.length) return entries.filter((entry) => !isTooLong(entry));
  }
}

/** Length of the line that a collector gets of a message, without the LF at its end. */
export function lineBytes(
  { message, bodyBytes }: OutboxEntry,
  wording: Wording,
  headerBytes: number,
): number {
  const { dialect } = wording;
  const variant = dialect === undefined ? undefined : variantOf(message, dialect);
  const textBytes = variant === undefined ? bodyBytes : Buffer.byteLength(variant);
  return hasHeader(wording, variant) ? headerBytes + textBytes : textBytes;
}
