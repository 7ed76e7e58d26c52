import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program running as a child of the bench. */
export interface Child {
  readonly pid: number;
  /** The last part of what it wrote to standard error. */
  readonly log: () => string;
  readonly hasEnded: () => boolean;
  /** Waits until `isTrue`; throws with the log when the child ends first or the time is over. */
  until(isTrue: () => boolean | Promise<boolean>, what: string): Promise<void>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** SIGTERM, and SIGKILL after 15 s; resolves when it has ended. Safe to repeat. */
  readonly stop: () => Promise<void>;
}

/** A program that does not start or ends too early: shown without a stack, exit code 1. */
export class ProgramError extends Error {}

const keptLog = 262_144;
const stopMs = 15_000;
/** The largest lists take minutes to load. */
const startMs = 1_200_000;

/** Starts a program. Standard output is thrown away, standard error kept. */
export function startChild(file: string, args: readonly string[], directory: string): Child {
  const child = spawn(file, args, {
    cwd: directory,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-keptLog);
  });
  // Whatever ends the bench ends its programs.
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.on('exit', kill);
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      log += error.message;
      hasEnded = true;
      resolve();
    });
    child.on('exit', () => {
      hasEnded = true;
      process.off('exit', kill);
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    log: () => log,
    hasEnded: () => hasEnded,
    async until(isTrue, what) {
      const deadline = performance.now() + startMs;
      while (!(await isTrue())) {
        if (hasEnded || performance.now() > deadline) {
          throw new ProgramError(`${file}: no ${what}\n${log.slice(-4096)}`);
        }
        await sleep(10);
      }
    },
    signal: (name) => child.kill(name),
    async stop() {
      if (hasEnded) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** A program by its name on the PATH and where daemons are; undefined when it is not there. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A TCP port of the loopback interface that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether anybody takes connections at a port of the loopback interface. */
export async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
