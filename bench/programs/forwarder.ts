import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startChild } from './child.js';
import type { Child } from './child.js';
import type { BenchProgram, RunningProgram } from './program.js';

const builtProgram = fileURLToPath(new URL('../../tools/threat-forwarder.js', import.meta.url));

/** The built service, its own process, with the list as its only feed. */
export const forwarder: BenchProgram = {
  name: 'forwarder',
  detects: true,
  isPeer: false,
  absent: 'not built',
  find: (paths) => paths.forwarder ?? builtProgram,
  start: async (file, { directory, collectorPort, list }) =>
    startForwarder(file, directory, collectorPort, await list.feed()),
};

export interface RunningForwarder extends RunningProgram {
  readonly child: Child;
}

/** Starts the service with one feed. Configuration and whatever it keeps lie in `directory`. */
export async function startForwarder(
  file: string,
  directory: string,
  collectorPort: number,
  feedPath: string,
): Promise<RunningForwarder> {
  const config = join(directory, 'forwarder.json');
  await writeFile(
    config,
    JSON.stringify({
      intake: { jsa: { listen: '127.0.0.1:0' }, cybertrace: false },
      feeds: [{ path: feedPath }],
      delivery: { collectors: [`tcp://127.0.0.1:${collectorPort}`] },
      http: { listen: '127.0.0.1:0' },
    }),
  );
  const startedAtMs = performance.now();
  const child = startChild(process.execPath, [file, 'run', '--config', config], directory);
  try {
    await child.until(() => startedLine(child.log()) !== undefined, 'start of the service');
  } catch (error) {
    await child.stop();
    throw error;
  }
  const { jsa, http } = startedLine(child.log()) as StartedLine;
  const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1));
  return {
    child,
    pid: child.pid,
    port: portOf(jsa),
    startSeconds: (performance.now() - startedAtMs) / 1000,
    received: () => receivedEvents(portOf(http)),
    log: child.log,
    stop: child.stop,
  };
}

interface StartedLine {
  readonly jsa: string;
  readonly http: string;
}

function startedLine(log: string): StartedLine | undefined {
  const line = log.split('\n').find((text) => text.includes('"service.started"'));
  return line === undefined ? undefined : (JSON.parse(line) as StartedLine);
}

async function receivedEvents(httpPort: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
  return Number(/^tf_events_received_total (\d+)/m.exec(text)?.[1] ?? 0);
}
