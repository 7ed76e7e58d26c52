import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A real syslog daemon as the event collector, to be ended and started again at will. Each run of it
 * writes a file of its own, one line a message as received: a line that a killed run left unfinished
 * must not be taken for the begin of the next run's first.
 */
export interface CollectorDaemon {
  readonly address: string;
  readonly port: number;
  readonly isRunning: boolean;
  /** The files of all runs so far, oldest first. */
  readonly files: readonly string[];
  readonly lines: () => readonly string[];
  /** Starts it and waits until it listens. */
  start(): Promise<void>;
  /** Ends it by a signal and waits until it is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Stops it in its tracks (SIGSTOP), or lets it go on. */
  stall(): void;
  resume(): void;
  /** Ends it and removes all that it wrote. */
  remove(): Promise<void>;
}

/** How a daemon is run. */
export interface DaemonRecipe {
  readonly name: string;
  readonly protocol: 'tcp' | 'udp';
  /** Text of the configuration that writes what it receives to `received`. */
  readonly configuration: (directory: string, received: string) => string;
  /** Program and parameters. */
  readonly command: (directory: string, configuration: string) => readonly string[];
}

/** Where a daemon listens. */
export interface DaemonPlace {
  /** An address that is reached from here; the loopback one when absent. */
  readonly address?: string;
  /** A free one when absent. */
  readonly port?: number;
  /** A command that starts another one somewhere else, e.g. in a network of its own. */
  readonly prefix?: readonly string[];
}

/** Makes a daemon, not started yet. Always remove() it. */
export async function collectorDaemon(
  recipe: (place: { readonly address: string; readonly port: number }) => DaemonRecipe,
  place: DaemonPlace = {},
): Promise<CollectorDaemon> {
  const { address = '127.0.0.1', prefix = [] } = place;
  const port = place.port ?? (await freePort());
  const { name, protocol, configuration, command } = recipe({ address, port });
  const directory = await mkdtemp(join(tmpdir(), `tf-${name}-`));
  const files: string[] = [];
  let daemon: ChildProcess | undefined;
  let said = '';
  const isRunning = (): boolean => daemon?.exitCode === null && daemon.signalCode === null;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (daemon === undefined || !isRunning()) return;
    const gone = once(daemon, 'exit');
    const timer = setTimeout(() => daemon?.kill('SIGKILL'), 20_000);
    daemon.kill(signal);
    // A process that was stopped meets its other signals only when it goes on.
    if (signal !== 'SIGKILL') daemon.kill('SIGCONT');
    await gone;
    clearTimeout(timer);
  };
  return {
    address,
    port,
    get isRunning() {
      return isRunning();
    },
    get files() {
      return files;
    },
    lines: () =>
      files
        .filter((file) => existsSync(file))
        .flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(0, -1)),
    async start() {
      const received = join(directory, `received-${files.length}.log`);
      const file = join(directory, `${name}.conf`);
      await writeFile(file, configuration(directory, received));
      files.push(received);
      const [program = '', ...parameters] = [...prefix, ...command(directory, file)];
      const started = spawn(program, parameters, {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...process.env, PATH: `${process.env['PATH']}:/usr/local/sbin:/usr/sbin:/sbin` },
      });
      daemon = started;
      started.stderr.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-4000);
      });
      started.on('error', (error) => (said += error.message));
      for (let attempt = 0; protocol === 'tcp' && !(await isListening(port, address)); attempt++) {
        if (attempt > 500 || !isRunning()) throw new Error(`${name} did not start: ${said}`);
        await sleep(20);
      }
      if (protocol === 'udp') await sleep(1000);
    },
    end,
    stall: () => daemon?.kill('SIGSTOP'),
    resume: () => daemon?.kill('SIGCONT'),
    async remove() {
      await end('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A port of the loopback interface that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function isListening(port: number, address: string): Promise<boolean> {
  const socket = connect(port, address);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
