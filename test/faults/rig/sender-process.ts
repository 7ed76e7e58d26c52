import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import type {
  SenderNotice,
  SenderRequest,
  SenderSettings,
  SenderState,
} from './sender-protocol.js';

/** Delivery in a process of its own. Always end() it. */
export interface SenderProcess {
  readonly pid: number;
  /** As last told, at most 0.1 s old while it runs. */
  readonly state: SenderState;
  /** The largest resident memory told so far. */
  readonly peakBytes: number;
  /** Delays of its event loop, one for each time it was told. */
  readonly loopDelaysMs: readonly number[];
  /** Lines of its log with the time they came, in milliseconds since 1970. */
  readonly log: readonly {
    readonly code: string;
    readonly message: string;
    readonly atMs: number;
  }[];
  /** Hands over `count` messages at an even rate; resolves when all are handed over. */
  send(count: number, perSecond: number): Promise<SenderState>;
  /** Waits until `isSo` holds, at most so long; resolves to whether it does. */
  until(isSo: (state: SenderState) => boolean, timeoutMs: number): Promise<boolean>;
  /** Waits until it is connected, at most 10 s. */
  readonly connected: () => Promise<boolean>;
  /** Closes delivery and lets the process end. */
  close(deadlineMs?: number): Promise<SenderState>;
  kill(): Promise<void>;
}

const program = fileURLToPath(new URL('sender.ts', import.meta.url));
const loader = fileURLToPath(new URL('../../../tools/ts-node.mjs', import.meta.url));

const nothing: SenderState = {
  ...{
    sent: 0,
    waiting: 0,
    unconfirmed: 0,
    spoolBytes: 0,
    isSpoolHealthy: true,
    restored: 0,
    isConnected: false,
  },
  ...{ residentBytes: 0, loopDelayMs: 0, counters: {} },
};

/** Starts a sender and waits until it is up (not: connected). */
export async function startSender(settings: SenderSettings): Promise<SenderProcess> {
  const child = fork(program, [JSON.stringify(settings)], {
    execArgv: ['--import', loader, '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let state = nothing;
  let peakBytes = 0;
  let stderr = '';
  const loopDelaysMs: number[] = [];
  const log: { code: string; message: string; atMs: number }[] = [];
  const waiting = new Map<SenderNotice['tell'], (state: SenderState) => void>();
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4000);
  });
  child.on('message', (notice: SenderNotice) => {
    if (notice.tell === 'log') {
      log.push({ code: notice.code, message: notice.message, atMs: Date.now() });
      return;
    }
    state = notice.state;
    peakBytes = Math.max(peakBytes, state.residentBytes);
    loopDelaysMs.push(state.loopDelayMs);
    waiting.get(notice.tell)?.(state);
  });
  const isUp = (): boolean => child.exitCode === null && child.signalCode === null;
  const answer = async (ask: SenderRequest, tell: SenderNotice['tell']): Promise<SenderState> => {
    const told = new Promise<SenderState>((resolve, reject) => {
      const ended = (): void => {
        reject(new Error(`the sender ended before it was through: ${stderr}`));
      };
      waiting.set(tell, (state) => {
        child.off('exit', ended);
        resolve(state);
      });
      child.once('exit', ended);
    });
    child.send(ask);
    const result = await told;
    waiting.delete(tell);
    return result;
  };
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => {
      resolve();
    });
    child.once('exit', () => {
      reject(new Error(`the sender did not start: ${stderr}`));
    });
  });
  const until = async (
    isSo: (state: SenderState) => boolean,
    timeoutMs: number,
  ): Promise<boolean> => {
    const end = Date.now() + timeoutMs;
    while (!isSo(state)) {
      if (Date.now() > end || !isUp()) return false;
      await sleep(20);
    }
    return true;
  };
  return {
    pid: child.pid ?? 0,
    get state() {
      return state;
    },
    get peakBytes() {
      return peakBytes;
    },
    loopDelaysMs,
    log,
    send: (count, perSecond) => answer({ ask: 'send', count, perSecond }, 'sent'),
    until,
    connected: () => until(({ isConnected }) => isConnected, 10_000),
    async close(deadlineMs = 10_000) {
      if (!isUp()) return state;
      const gone = once(child, 'exit');
      const result = await answer({ ask: 'close', deadlineMs }, 'closed');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await gone;
      clearTimeout(timer);
      return result;
    },
    async kill() {
      if (!isUp()) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
