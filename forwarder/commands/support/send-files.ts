import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { glob } from 'glob';

import { exitCodes, messageOf, ServiceError } from '../../core/index.js';
import { wrapInEnvelope } from '../../../verification/envelope.js';
import { openToRead } from './open-file.js';
import { parseAddress } from './parse-address.js';
import { createProgressBar } from './progress.js';
import { printJson } from './table.js';

interface Input {
  readonly name: string;
  readonly bytes: number;
  /** Whether it can be read a single time only. */
  readonly isOnce: boolean;
  open(): Readable | Promise<Readable>;
}

/** Sends every line of the inputs over one connection; resolves to the exit code. */
export async function sendFiles(
  options: Readonly<Record<string, unknown>>,
  patterns: readonly string[],
): Promise<number> {
  const to = parseAddress(String(options['to']), '--to');
  const rate = positive(options['rate'] as string | undefined, '--rate');
  const repeat = positive(options['repeat'] as string | undefined, '--repeat') ?? 1;
  if (!Number.isInteger(repeat)) {
    throw new ServiceError('TF_USAGE', `--repeat must be a whole number, not ${repeat}`);
  }
  const inputs = await openInputs(patterns);
  if (repeat > 1 && inputs.some(({ isOnce }) => isOnce)) {
    throw new ServiceError('TF_USAGE', 'standard input can be sent only once', {
      hint: 'save the events in a file to send them with --repeat',
    });
  }
  const logSource = String(options['logSource']);
  const shape = (line: string): Buffer => {
    if (options['envelope'] !== true) return Buffer.from(`${line}\n`, 'latin1');
    const payload = Buffer.from(line, 'latin1').toString('utf8');
    return Buffer.from(`${wrapInEnvelope(payload, { logSource, atMs: Date.now() })}\n`);
  };

  const socket = await open(to);
  const bar = createProgressBar({ stream: process.stderr, nowMs: Date.now });
  const totalBytes = inputs.reduce((sum, input) => sum + input.bytes, 0) * repeat;
  const startedAtMs = Date.now();
  let events = 0;
  let bytes = 0;
  for (let round = 0; round < repeat; round += 1) {
    for (const input of inputs) {
      for await (const line of createInterface({
        input: await input.open(),
        crlfDelay: Infinity,
      })) {
        bytes += line.length + 1;
        if (line === '') continue;
        if (!socket.write(shape(line))) await drained(socket);
        events += 1;
        if (rate !== undefined) await keepRate(events, rate, startedAtMs);
        bar.update(bytes, totalBytes, `${events} events`);
      }
    }
  }
  bar.clear();
  socket.end();
  await once(socket, 'close').catch((error: unknown) => {
    throw lost(error);
  });
  const seconds = (Date.now() - startedAtMs) / 1000;
  if (options['json'] === true) printJson({ events, bytes, seconds });
  else process.stdout.write(`${events} events sent in ${seconds.toFixed(1)} s\n`);
  return exitCodes.done;
}

async function openInputs(patterns: readonly string[]): Promise<readonly Input[]> {
  if (patterns.length === 0 || (patterns.length === 1 && patterns[0] === '-')) {
    return [{ name: 'standard input', bytes: 0, isOnce: true, open: () => process.stdin }];
  }
  if (patterns.includes('-')) {
    throw new ServiceError('TF_USAGE', '"-" (standard input) stands alone', {
      hint: 'send files and standard input by two calls',
    });
  }
  const inputs: Input[] = [];
  for (const pattern of patterns) {
    const names = await glob(pattern, { nodir: true });
    if (names.length === 0) {
      throw new ServiceError('TF_USAGE', `no file matches ${pattern}`, {
        hint: 'name files that exist; quote patterns so that the shell leaves them alone',
      });
    }
    for (const name of names.sort()) {
      const { size } = await stat(name);
      inputs.push({
        name,
        bytes: size,
        isOnce: false,
        open: async () => (await openToRead(name)).createReadStream(),
      });
    }
  }
  return inputs;
}

async function open(to: { readonly host: string; readonly port: number }): Promise<Socket> {
  const socket = connect(to);
  try {
    await once(socket, 'connect');
  } catch (error) {
    throw new ServiceError('TF_PEER_UNAVAILABLE', `cannot connect: ${messageOf(error)}`, {
      where: `${to.host}:${to.port}`,
      hint: 'start the service, or name its address with --to',
      cause: error,
    });
  }
  // Writes report the loss; without a listener the late error event would end the process.
  socket.on('error', () => undefined);
  // Nothing comes back on this port; reading is what lets the end of the connection be seen.
  socket.resume();
  return socket;
}

async function drained(socket: Socket): Promise<void> {
  if (socket.destroyed) throw lost(socket.errored);
  const gone = new AbortController();
  const onClose = (): void => {
    gone.abort();
  };
  socket.once('close', onClose);
  try {
    await once(socket, 'drain', { signal: gone.signal });
  } catch (error) {
    throw lost(socket.errored ?? error);
  } finally {
    socket.off('close', onClose);
  }
}

function lost(error: unknown): ServiceError {
  return new ServiceError('TF_PEER_UNAVAILABLE', `the connection was lost: ${messageOf(error)}`, {
    hint: 'see the log of the service',
  });
}

async function keepRate(events: number, rate: number, startedAtMs: number): Promise<void> {
  const waitMs = startedAtMs + (events * 1000) / rate - Date.now();
  if (waitMs > 1) await sleep(waitMs);
}

function positive(value: string | undefined, name: string): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  throw new ServiceError('TF_USAGE', `${name} must be a number above 0, not "${value}"`);
}
