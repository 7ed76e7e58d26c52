/** The thread that notices when the main loop hangs; hang-watch.ts starts it. */
import { writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';

import type { Message } from '../../core/index.js';
import { sendOnce } from '../../delivery/index.js';
import { lineTimes } from '../../rendering/patterns/line-time.js';
import { hangSinceMark } from './hang-watch.js';
import type { HangWatchAnswer, HangWatchData } from './hang-watch.js';

const { heartbeat, limitMs, collectors, header, message: first } = workerData as HangWatchData;
const count = new Int32Array(heartbeat);
const lookEveryMs = Math.min(1_000, limitMs / 4);
const connectTimeoutMs = 5_000;

let message = first;
let lastCount = Atomics.load(count, 0);
let stuckMs = 0;
let lookedAtMs = performance.now();
let isReported = false;

parentPort?.on('message', (renewed: Message) => {
  message = renewed;
});

setInterval(() => {
  const nowMs = performance.now();
  // A process that was stopped as a whole (SIGSTOP, a suspended machine) does not hang: this thread
  // stood still too, so that only what it has seen itself counts.
  const passedMs = Math.min(nowMs - lookedAtMs, 2 * lookEveryMs);
  lookedAtMs = nowMs;
  const now = Atomics.load(count, 0);
  if (now !== lastCount) {
    if (isReported) answer({ kind: 'over', stuckMs: Math.round(stuckMs) });
    lastCount = now;
    stuckMs = 0;
    isReported = false;
    return;
  }
  stuckMs += passedMs;
  if (stuckMs < limitMs || isReported) return;
  isReported = true;
  void report();
}, lookEveryMs);

async function report(): Promise<void> {
  const atMs = Date.now();
  const since = new Date(atMs - stuckMs).toISOString();
  say(`the service has done nothing since ${since}`);
  const lineTime = lineTimes(header.timeZone);
  const oldTime = lineTime(message.atMs);
  const newTime = lineTime(atMs);
  const told = (text: string): string =>
    text
      .replaceAll(String(message.atMs), String(atMs))
      .replaceAll(oldTime, newTime)
      .replaceAll(hangSinceMark, since);
  const body = told(message.body);
  const variants = Object.fromEntries(
    Object.entries(message.variants ?? {}).map(([name, text]) => [name, told(text)]),
  );
  const collector = await sendOnce(
    collectors,
    { ...header, connectTimeoutMs, stallTimeoutMs: connectTimeoutMs, output: directOutput() },
    { ...message, atMs, body, variants },
  );
  answer({ kind: 'reported', collector });
}

/** Standard output as it is: a thread's own goes through the main loop. */
function directOutput(): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      try {
        writeSync(1, chunk);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

function say(text: string): void {
  const time = new Date().toISOString();
  const line = { level: 'error', time, code: 'watchdog.hang', msg: text };
  try {
    writeSync(2, `${JSON.stringify(line)}\n`);
  } catch {
    // Standard error is full or gone: the message to the collectors goes out all the same.
  }
}

function answer(text: HangWatchAnswer): void {
  parentPort?.postMessage(text);
}
