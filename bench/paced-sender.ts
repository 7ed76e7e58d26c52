import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { ProgramError } from './programs/child.js';
import { slice } from './sender.js';
import type { EventSet } from './work-set.js';

export interface Pace {
  readonly eventsPerSecond: number;
  /** Asked before each write; the sender ends when it says so. */
  readonly isOver: (sent: number) => boolean;
}

/** When events were sent; times of performance.now(). */
export interface SendTimes {
  /** For each event of the set, the last time it was written to the socket. */
  readonly sentAtMs: Float64Array;
  /** For each event with an indicator, how much later than due it was written. */
  readonly latenessMs: number[];
}

const tickMs = 1;
const mostWaitingBytes = 268_435_456;

/**
 * Sends events at an even rate, whether or not they are taken as fast (an open loop: a service that
 * stalls gets its events all the same, and their waiting counts). Every millisecond those that are
 * due. Resolves to the number of events sent; throws when the service falls far behind.
 */
export async function sendAtPace(
  socket: Socket,
  set: EventSet,
  { eventsPerSecond, isOver }: Pace,
  times: SendTimes,
): Promise<number> {
  const startedAtMs = performance.now();
  const dueAtMs = (event: number): number => startedAtMs + (event * 1000) / eventsPerSecond;
  let sent = 0;
  while (!isOver(sent)) {
    const nowMs = performance.now();
    const due = Math.floor(((nowMs - startedAtMs) * eventsPerSecond) / 1000);
    while (sent < due) {
      const first = sent % set.events;
      const count = Math.min(due - sent, set.events - first);
      for (let event = first; event < first + count; event += 1) {
        times.sentAtMs[event] = nowMs;
        if (set.hits[event] !== 0) times.latenessMs.push(nowMs - dueAtMs(sent + event - first));
      }
      socket.write(slice(set, first, count));
      sent += count;
    }
    if (socket.destroyed) throw new ProgramError('the service closed the connection');
    if (socket.writableLength > mostWaitingBytes) {
      throw new ProgramError(`the service cannot take ${eventsPerSecond} events a second`);
    }
    await sleep(tickMs);
  }
  return sent;
}
