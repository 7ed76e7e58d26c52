import type { Message } from '../core/index.js';
import type { Entry } from './spool/spool.js';

/** What holding one message costs besides its text: the objects, its id, its place in the queue. */
export const bytesPerMessage = 256;

/** What holding a variant costs besides its text. */
export const bytesPerVariant = 64;

/**
 * A message on its way through the outbox. It belongs to the outbox; others read it only.
 *
 * Example: message 7 of the spool is taken as the third of this run: seq 7, turn 3. Its connection is
 * lost, it is given back, and goes out again before message 8, which has not had a turn yet.
 */
export class OutboxEntry implements Entry {
  readonly message: Message;
  /** Length of the body in UTF-8. */
  readonly bodyBytes: number;
  /** What it counts against the limits of memory. */
  readonly bytes: number;
  /** Its number in the spool; 0 while it is not there. */
  seq = 0;
  /** Its place in the order in which messages were first taken, from 1; 0 before. */
  turn = 0;
  /** Whether a transport has taken it before: sending it once more is a resend. */
  wasSent = false;
  /** Confirmed or dropped: nobody waits for it any more. */
  isDone = false;

  constructor(message: Message, seq = 0) {
    this.message = message;
    this.bodyBytes = Buffer.byteLength(message.body);
    this.bytes = this.bodyBytes + bytesPerMessage + bytesOfVariants(message);
    this.seq = seq;
  }
}

function bytesOfVariants({ variants }: Message): number {
  if (variants === undefined) return 0;
  let bytes = 0;
  for (const text of Object.values(variants)) bytes += Buffer.byteLength(text) + bytesPerVariant;
  return bytes;
}

/**
 * Moves the first messages of `from` to the end of `into`, until that has `maxMessages`, or they have
 * `maxBytes` together: the one that fills it is the last. Gives back their bytes.
 */
export function takeInto(
  from: { shift(): OutboxEntry | undefined },
  into: OutboxEntry[],
  maxMessages: number,
  maxBytes: number,
): number {
  let bytes = 0;
  while (into.length < maxMessages && bytes < maxBytes) {
    const entry = from.shift();
    if (entry === undefined) break;
    into.push(entry);
    bytes += entry.bytes;
  }
  return bytes;
}
