import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const projectDirectory = fileURLToPath(new URL('../..', import.meta.url));
const program = join(projectDirectory, 'tools/threat-forwarder.js');

/** A finished run of a command. */
export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly timeoutMs?: number;
  /** User and group to run as; only root can say. */
  readonly uid?: number | undefined;
}

/** Runs the built command-line program to its end. */
export async function runCli(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const child = start(args, options);
  child.stdin?.end(options.input ?? '');
  const output = collect(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 30_000);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return { exitCode, stdout: output.stdout(), stderr: output.stderr() };
}

/** A service running as a process of its own. */
export interface ServiceProcess {
  readonly pid: number;
  readonly jsaPort: number;
  readonly cybertracePort: number;
  readonly httpPort: number | undefined;
  stdout(): string;
  stderr(): string;
  signal(name: NodeJS.Signals): void;
  /** Waits until `isTrue` holds, at most 30 s: the machine may be busy with other tests. */
  until(isTrue: () => boolean, what: string): Promise<void>;
  /** Sends SIGTERM, unless a signal has stopped it already, and resolves to the exit code. */
  stop(): Promise<number | null>;
}

/** Starts `threat-forwarder run` and waits until it says that it is ready. */
export async function startService(
  args: readonly string[],
  options: RunOptions = {},
): Promise<ServiceProcess> {
  // A spool belongs to one service: only one with a folder of its own has it.
  const settings = [
    ...['intake.jsa.listen=127.0.0.1:0', 'http.listen=127.0.0.1:0'],
    'intake.cybertrace.listen=127.0.0.1:0',
    ...(options.cwd === undefined ? ['delivery.spool=false'] : []),
  ].flatMap((setting) => ['--set', setting]);
  const child = start(['run', ...settings, ...args], options);
  const output = collect(child);
  const closed = once(child, 'close') as Promise<[number | null]>;
  let isStopping = false;
  const until = async (isTrue: () => boolean, what: string): Promise<void> => {
    const deadline = Date.now() + (options.timeoutMs ?? 30_000);
    while (!isTrue()) {
      if (Date.now() > deadline || child.exitCode !== null || child.signalCode !== null) {
        child.kill('SIGKILL');
        throw new Error(`no ${what}; standard error:\n${output.stderr()}\n${output.stdout()}`);
      }
      await sleep(10);
    }
  };
  const ready = (): Record<string, unknown> | undefined =>
    output
      .stderr()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .find(({ code }) => code === 'service.started');
  await until(() => ready() !== undefined, 'start of the service');
  const portOf = (name: string): number | undefined => {
    const address = ready()?.[name];
    return typeof address === 'string' ? Number(address.split(':').at(-1)) : undefined;
  };
  return {
    pid: child.pid ?? 0,
    jsaPort: portOf('jsa') ?? 0,
    cybertracePort: portOf('cybertrace') ?? 0,
    httpPort: portOf('http'),
    stdout: output.stdout,
    stderr: output.stderr,
    signal(name) {
      isStopping ||= name !== 'SIGHUP';
      child.kill(name);
    },
    until,
    async stop() {
      // A second signal would end the service at once.
      if (!isStopping && child.exitCode === null) child.kill('SIGTERM');
      isStopping = true;
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
      const [exitCode] = await closed;
      clearTimeout(timer);
      return exitCode;
    },
  };
}

/** A service that is watched from its first moment on, while its feeds load. */
export function spawnService(cwd: string): {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  stderr(): string;
  /** Waits until the log has a text, at most 20 s. */
  until(text: string): Promise<void>;
} {
  const settings = ['intake.jsa.listen=127.0.0.1:0', 'intake.cybertrace=false', 'http=false'];
  const child = start(['run', ...settings.flatMap((setting) => ['--set', setting])], {
    cwd,
  });
  const output = collect(child);
  const ended = once(child, 'close').then(([exitCode]) => exitCode as number | null);
  return {
    child,
    ended,
    stderr: output.stderr,
    async until(text) {
      for (let waited = 0; !output.stderr().includes(text); waited += 5) {
        if (waited > 20_000 || child.exitCode !== null) {
          child.kill('SIGKILL');
          throw new Error(`no "${text}":\n${output.stderr()}`);
        }
        await sleep(5);
      }
    },
  };
}

function start(args: readonly string[], options: RunOptions): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    cwd: options.cwd ?? projectDirectory,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
}

function collect(child: ChildProcess): { stdout: () => string; stderr: () => string } {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return { stdout: () => stdout, stderr: () => stderr };
}
