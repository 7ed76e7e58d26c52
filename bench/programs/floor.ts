import { fileURLToPath } from 'node:url';

import { startChild } from './child.js';
import type { BenchProgram } from './program.js';

const counter = fileURLToPath(new URL('../line-counter.js', import.meta.url));

/** What Node needs to receive the same bytes and find the line ends: nobody gets below it. */
export const floor: BenchProgram = {
  name: 'floor',
  detects: false,
  isPeer: false,
  absent: '',
  find: () => process.execPath,
  async start(file, { directory }) {
    const startedAtMs = performance.now();
    const child = startChild(file, [counter], directory);
    const port = (): string | undefined => /^port (\d+)\n/.exec(child.log())?.[1];
    try {
      await child.until(() => port() !== undefined, 'port');
    } catch (error) {
      await child.stop();
      throw error;
    }
    return {
      pid: child.pid,
      port: Number(port()),
      startSeconds: (performance.now() - startedAtMs) / 1000,
      received: () => Promise.resolve(linesIn(child.log())),
      log: child.log,
      stop: child.stop,
    };
  },
};

/** It says a count at the end of each connection. */
function linesIn(log: string): number {
  return [...log.matchAll(/^lines (\d+)$/gm)].reduce((sum, [, lines]) => sum + Number(lines), 0);
}
