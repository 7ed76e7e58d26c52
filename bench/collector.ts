import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import { timesSent, userDigits, userPrefix } from './work-set.js';
import type { EventSet } from './work-set.js';

/** Called for each line that names an event, when its bytes have arrived; time of performance.now(). */
export type DetectionListener = (eventNumber: number, nowMs: number) => void;

/** Takes detections by TCP, as a SIEM would, and knows of which events they are. */
export interface Collector {
  readonly port: number;
  /** Lines that name an event. */
  readonly lines: number;
  /** When the last of them arrived, time of performance.now(). */
  readonly lastAtMs: number;
  /** Compares what arrived with what the first `events` of the repeated set hold. */
  judge(events: number): Judgement;
  /** Forgets what arrived so far. */
  reset(): void;
  close(): void;
}

export interface Judgement {
  /** Events with an indicator that were reported; one that was sent twice counts twice. */
  readonly found: number;
  /** Lines about events without an indicator, and second lines about one with. */
  readonly extra: number;
}

const marker = Buffer.from(userPrefix);
const lineEnd = 10;
const wholeNumber = new RegExp(`^\\d{${userDigits}}$`);
const longestLine = 1_048_576;

/** Listens on a free port of the loopback interface. */
export async function startCollector(
  set: EventSet,
  onDetection: DetectionListener = () => undefined,
): Promise<Collector> {
  const seen = new Uint32Array(set.events);
  const open = new Set<Socket>();
  let lines = 0;
  let lastAtMs = 0;
  const take = (eventNumber: number, nowMs: number): void => {
    lines += 1;
    lastAtMs = nowMs;
    if (eventNumber < seen.length) seen[eventNumber]! += 1;
    onDetection(eventNumber, nowMs);
  };
  const server = createServer((socket) => {
    open.add(socket);
    const read = eventNumberReader(take);
    socket.on('data', (chunk: Buffer) => {
      read(chunk, performance.now());
    });
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get lines() {
      return lines;
    },
    get lastAtMs() {
      return lastAtMs;
    },
    judge: (events) => judge(set, seen, lines, events),
    reset() {
      seen.fill(0);
      lines = 0;
    },
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

/** Finds the first event named in each line of a stream, wherever its chunks are cut. */
export function eventNumberReader(take: DetectionListener): (chunk: Buffer, nowMs: number) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk, nowMs) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = bytes.lastIndexOf(lineEnd) + 1;
    let at = bytes.indexOf(marker);
    while (at !== -1 && at < whole) {
      const start = at + marker.length;
      const digits = bytes.toString('latin1', start, start + userDigits);
      if (wholeNumber.test(digits)) take(Number(digits), nowMs);
      at = bytes.indexOf(marker, bytes.indexOf(lineEnd, at));
    }
    rest = bytes.length - whole > longestLine ? Buffer.alloc(0) : bytes.subarray(whole);
  };
}

function judge(set: EventSet, seen: Uint32Array, lines: number, events: number): Judgement {
  let found = 0;
  for (let number = 0; number < set.events; number += 1) {
    if (set.hits[number] === 0) continue;
    found += Math.min(seen[number] ?? 0, timesSent(set, events, number));
  }
  return { found, extra: lines - found };
}
