import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { ListFiles } from '../list-files.js';
import { startChild } from '../programs/child.js';
import type { Child } from '../programs/child.js';
import { forwarder } from '../programs/forwarder.js';
import type { ProgramPaths } from '../programs/index.js';

const finisher = fileURLToPath(new URL('../lookup-finisher.js', import.meta.url));
/** A client may begin its next connection before the service has seen the end of the one before. */
const sessionsBeyond = 64;
const mostSessions = 20_000;

/** What a program is started with. */
export interface LookupStart {
  /** A directory of its own. */
  readonly directory: string;
  readonly list: ListFiles;
  readonly paths: ProgramPaths;
  /** Connections that will be open at a time. */
  readonly connections: number;
  /** Whether it closes each connection behind its reply. */
  readonly closesAfterReply: boolean;
}

/** A program that has loaded its list and answers. */
export interface RunningLookups {
  readonly pid: number;
  /** TCP port of the loopback interface that takes CyberTrace's protocol. */
  readonly port: number;
  /** From its start to here. */
  readonly startSeconds: number;
  readonly stop: () => Promise<void>;
}

/** A program that answers look-ups. */
export interface LookupProgram {
  /** Name for --programs. */
  readonly name: string;
  /** Whether it looks anything up at all. */
  readonly detects: boolean;
  start(options: LookupStart): Promise<RunningLookups>;
}

const floorProgram: LookupProgram = {
  name: 'floor',
  detects: false,
  start({ directory, closesAfterReply }) {
    const args = [finisher, closesAfterReply ? 'close' : 'keep'];
    return started(startChild(process.execPath, args, directory), portLine);
  },
};

const forwarderProgram: LookupProgram = {
  name: 'forwarder',
  detects: true,
  async start({ directory, list, paths, connections, closesAfterReply }) {
    const config = join(directory, 'forwarder.json');
    await writeFile(
      config,
      JSON.stringify({
        intake: {
          jsa: { listen: '127.0.0.1:0' },
          cybertrace: {
            listen: '127.0.0.1:0',
            dialect: 'kuma',
            maxSessions: Math.min(mostSessions, 3 * connections + sessionsBeyond),
            closeAfterReply: closesAfterReply,
          },
        },
        feeds: [{ path: await list.feed() }],
        delivery: { collectors: [] },
        http: { listen: '127.0.0.1:0' },
      }),
    );
    const file = forwarder.find(paths) ?? '';
    const args = [file, 'run', '--config', config];
    return started(startChild(process.execPath, args, directory), startedPort);
  },
};

/** All programs that answer look-ups; their names are those of --programs. */
export const lookupPrograms: readonly LookupProgram[] = [floorProgram, forwarderProgram];

async function started(
  child: Child,
  portIn: (log: string) => number | undefined,
): Promise<RunningLookups> {
  const startedAtMs = performance.now();
  let port: number | undefined;
  try {
    await child.until(() => (port = portIn(child.log())) !== undefined, 'port for look-ups');
  } catch (error) {
    await child.stop();
    throw error;
  }
  const startSeconds = (performance.now() - startedAtMs) / 1000;
  return { pid: child.pid, port: port ?? 0, startSeconds, stop: child.stop };
}

function portLine(log: string): number | undefined {
  const port = /^port (\d+)\n/.exec(log)?.[1];
  return port === undefined ? undefined : Number(port);
}

function startedPort(log: string): number | undefined {
  const line = log.split('\n').find((text) => text.includes('"service.started"'));
  if (line === undefined) return undefined;
  const address = String((JSON.parse(line) as { readonly cybertrace?: unknown }).cybertrace);
  return Number(address.slice(address.lastIndexOf(':') + 1));
}
