import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';

import { messageOf } from '../../core/index.js';
import type { Logger } from '../../core/index.js';

/** What watches over this process (systemd), as far as it wants to be told. */
export interface ServiceManager {
  /** The service is up, or up again after reloading(); `status` is one line for `systemctl status`. */
  ready(status: string): void;
  /** The configuration is being read again. */
  reloading(): void;
  stopping(): void;
  status(text: string): void;
  /** Resolves once all was told, or after 500 ms. */
  close(): Promise<void>;
}

export interface ServiceManagerOptions {
  /** NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID are read from here. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly logger: Logger;
  /** The program that sends; tests give their own. */
  readonly program?: string;
}

const programs = ['/usr/bin/systemd-notify', '/bin/systemd-notify'] as const;
const sendLimitMs = 10_000;
const closeLimitMs = 500;

/**
 * Tells systemd how the service does (sd_notify(3)): READY=1, RELOADING=1, STOPPING=1, STATUS=…, and
 * WATCHDOG=1 twice within WATCHDOG_USEC, from the main loop, so that a loop that hangs is noticed.
 * Node has no datagrams over unix sockets, so /usr/bin/systemd-notify sends them: the unit needs
 * NotifyAccess=all. Does nothing where NOTIFY_SOCKET is not set. Never waits and never throws; what
 * cannot be told is logged once.
 */
export function createServiceManager(options: ServiceManagerOptions): ServiceManager {
  const { env, logger } = options;
  if (env['NOTIFY_SOCKET'] === undefined || env['NOTIFY_SOCKET'] === '') return noManager;
  const program = options.program ?? programs.find((path) => existsSync(path));
  if (program === undefined) {
    logger.warn(
      'systemd.no_notify',
      'NOTIFY_SOCKET is set and systemd-notify is missing: systemd is told nothing',
      { looked: programs.join(', ') },
    );
    return noManager;
  }
  return new NotifyingManager(program, options);
}

const noManager: ServiceManager = {
  ready: () => undefined,
  reloading: () => undefined,
  stopping: () => undefined,
  status: () => undefined,
  close: () => Promise.resolve(),
};

class NotifyingManager implements ServiceManager {
  readonly #program: string;
  readonly #options: ServiceManagerOptions;
  readonly #watchdog: NodeJS.Timeout | undefined;
  /** What is still to be told, in order: one program runs at a time. */
  readonly #due: (readonly string[])[] = [];
  #sending: Promise<void> | undefined;
  #hasFailed = false;

  constructor(program: string, options: ServiceManagerOptions) {
    this.#program = program;
    this.#options = options;
    const everyMs = watchdogIntervalMs(options);
    if (everyMs === undefined) return;
    this.#watchdog = setInterval(() => {
      // Signs of life must not gather behind a sender that is slow.
      if (this.#due.length === 0) this.#tell(['WATCHDOG=1']);
    }, everyMs).unref();
  }

  ready(status: string): void {
    this.#tell(['READY=1', statusLine(status)]);
  }

  reloading(): void {
    const microseconds = process.hrtime.bigint() / 1000n;
    this.#tell(['RELOADING=1', `MONOTONIC_USEC=${microseconds}`]);
  }

  stopping(): void {
    this.#tell(['STOPPING=1', 'STATUS=finishing what was received']);
  }

  status(text: string): void {
    this.#tell([statusLine(text)]);
  }

  async close(): Promise<void> {
    clearInterval(this.#watchdog);
    await Promise.race([
      this.#sending,
      new Promise((resolve) => setTimeout(resolve, closeLimitMs).unref()),
    ]);
  }

  #tell(assignments: readonly string[]): void {
    this.#due.push(assignments);
    this.#sending ??= this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    for (let next = this.#due.shift(); next !== undefined; next = this.#due.shift()) {
      await this.#send(next);
    }
    this.#sending = undefined;
  }

  #send(assignments: readonly string[]): Promise<void> {
    const { env, logger } = this.#options;
    const { NOTIFY_SOCKET, PATH } = env;
    return new Promise((resolve) => {
      const done = (error: Error | null): void => {
        if (error !== null && !this.#hasFailed) {
          this.#hasFailed = true;
          const reason = `systemd could not be told ${assignments[0]}: ${messageOf(error)}`;
          logger.warn('systemd.notify_failed', reason);
        }
        resolve();
      };
      try {
        execFile(
          this.#program,
          [...assignments],
          { env: { NOTIFY_SOCKET, PATH }, timeout: sendLimitMs, windowsHide: true },
          done,
        );
      } catch (error) {
        done(error as Error);
      }
    });
  }
}

/** Half of what systemd waits for; undefined when it waits for nothing, or for another process. */
function watchdogIntervalMs({ env, pid }: ServiceManagerOptions): number | undefined {
  const microseconds = Number(env['WATCHDOG_USEC']);
  const watched = env['WATCHDOG_PID'];
  if (!Number.isFinite(microseconds) || microseconds <= 0) return undefined;
  if (watched !== undefined && Number(watched) !== pid) return undefined;
  return Math.max(10, Math.floor(microseconds / 2000));
}

function statusLine(text: string): string {
  return `STATUS=${text.replaceAll(/\s+/g, ' ')}`;
}
