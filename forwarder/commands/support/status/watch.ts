import { setTimeout as sleep } from 'node:timers/promises';

export interface WatchOptions {
  readonly output: NodeJS.WriteStream;
  readonly everyMs: number;
  /** Whether a block takes the place of the one before: only on a terminal. */
  readonly redraws: boolean;
  /** What to show next, without a line end; given up when the signal fires. */
  readonly block: (signal: AbortSignal) => Promise<string>;
}

/** Cursor to the upper left corner; rest of the line; rest of the screen. */
const home = '\x1b[H';
const clearLine = '\x1b[K';
const clearBelow = '\x1b[J';

/** Shows a block again and again, until SIGINT or SIGTERM, or until nobody reads it any more. */
export async function watch({ output, everyMs, redraws, block }: WatchOptions): Promise<void> {
  const over = new AbortController();
  const stop = (): void => {
    over.abort();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  output.once('error', stop);
  output.once('close', stop);
  try {
    while (!isOver(over.signal)) {
      const text = await block(over.signal);
      if (isOver(over.signal)) break;
      output.write(redraws ? redrawn(text, output.rows) : `${text}\n`);
      await sleep(everyMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    output.off('error', stop);
    output.off('close', stop);
  }
}

/** Over the text before, without clearing the screen first: that would flicker. What does not fit is left out. */
function redrawn(text: string, rows: number): string {
  // A terminal that does not tell its size says 0.
  const lines = text.split('\n').slice(0, rows > 1 ? rows - 1 : undefined);
  return `${home}${lines.map((line) => `${line}${clearLine}\n`).join('')}${clearBelow}`;
}

/** The compiler takes `aborted` for constant, though it changes during every await. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
