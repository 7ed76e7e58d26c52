import type { Server } from 'node:net';

/** A sender that is silent for this long at the stop of the service has sent what it had. */
const quietMs = 100;
const pollMs = 10;

export interface DrainOptions {
  /** End of the wait, on the clock of performance.now(). */
  readonly deadlineMs: number;
  readonly hasConnections: () => boolean;
  /** Bytes received so far, over all connections. */
  readonly bytes: () => number;
}

/** Waits until no connection is left, or nothing was received for a moment, or the deadline. */
export async function waitUntilQuiet(options: DrainOptions): Promise<void> {
  let bytes = options.bytes();
  let quietSince = performance.now();
  while (options.hasConnections()) {
    const now = performance.now();
    if (now >= options.deadlineMs || now - quietSince >= quietMs) return;
    await sleep(Math.min(pollMs, options.deadlineMs - now));
    if (options.bytes() === bytes) continue;
    bytes = options.bytes();
    quietSince = performance.now();
  }
}

/**
 * Lets the runtime accept the connections whose set-up is done but which it has not taken yet: it
 * takes as few as one per turn of the event loop, and closing the server would reset the others.
 */
export async function acceptPending(accepted: () => number, deadlineMs: number): Promise<void> {
  // A turn may begin behind its polling phase, so only a second idle one tells.
  let idleTurns = 0;
  while (idleTurns < 2 && performance.now() < deadlineMs) {
    const before = accepted();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    idleTurns = accepted() === before ? idleTurns + 1 : 0;
  }
}

/** Accepts nothing more; resolves when the connections that are open have gone. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
