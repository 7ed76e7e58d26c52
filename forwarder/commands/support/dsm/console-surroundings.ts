import type { Readable, Writable } from 'node:stream';

import type { Environment } from '../../../config/index.js';
import { catchSignals } from '../signals.js';

/** What a command that opens the console takes from the process. */
export interface ConsoleSurroundings {
  readonly env: Environment;
  /** Where paths of options start. */
  readonly cwd: string;
  readonly input: Readable;
  /** Warnings, the log of --verbose and the question for the token: standard output is for results. */
  readonly errorOutput: Writable;
  /** Whether somebody can be asked. */
  readonly isTerminal: boolean;
  /** Aborted when the command is to end. */
  readonly stopSignal: () => AbortSignal;
}

export function processSurroundings(): ConsoleSurroundings {
  return {
    env: process.env,
    cwd: process.cwd(),
    input: process.stdin,
    errorOutput: process.stderr,
    isTerminal: process.stdin.isTTY && process.stderr.isTTY,
    stopSignal: () => catchSignals().stop.signal,
  };
}
