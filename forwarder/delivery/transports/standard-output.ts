import { once } from 'node:events';
import type { Writable } from 'node:stream';

import type { Message } from '../../core/index.js';
import { ServiceError } from '../../core/index.js';
import { ConnectionTransport } from './connection-transport.js';
import type { Connection } from './connection-transport.js';
import { streamLineBytes } from './kind.js';
import type { TransportKind, TransportSettings } from './kind.js';
import { codeOf, collectorFault } from './network-faults.js';
import { linesFrom } from './stream.js';

const url = 'stdout:';

/**
 * `stdout:`: what is used when no collector is configured. Writes the very lines a collector would
 * get. A slow reader of the pipe is waited for without limit, as it may be a person with a pager; a
 * reader that is gone (EPIPE) stays gone.
 */
export const standardOutput: TransportKind = {
  scheme: 'stdout',
  summary: 'the lines of tcp:// on standard output',
  isCheckable: false,
  create(_collector, settings) {
    const output = settings.output ?? process.stdout;
    let failure: Error | undefined;
    // From birth and for good: an error nobody listens to ends the process.
    output.on('error', (error: Error) => {
      failure ??= error;
    });
    return new ConnectionTransport(
      {
        url,
        maxMessageBytes: streamLineBytes,
        hardLimitBytes: Number.POSITIVE_INFINITY,
        explain: (error) =>
          codeOf(error) === 'EPIPE' ? closedOutput(error) : collectorFault(url, error),
        connect: (_signal, onDown) => {
          if (failure !== undefined || output.destroyed || !output.writable) {
            return Promise.reject(closedOutput(failure));
          }
          return Promise.resolve(new OutputConnection(output, settings, onDown));
        },
      },
      { ...settings, stallTimeoutMs: longestTimerMs },
    );
  },
};

const longestTimerMs = 2 ** 31 - 1;

class OutputConnection implements Connection {
  readonly #output: Writable;
  readonly #settings: TransportSettings;
  readonly #down: (error: Error) => void;
  readonly #closed: () => void;
  #pending: ((count: number) => void) | undefined;

  constructor(output: Writable, settings: TransportSettings, onDown: (error: Error) => void) {
    this.#output = output;
    this.#settings = settings;
    this.#down = onDown;
    this.#closed = () => {
      onDown(new Error('standard output was closed'));
    };
    output.on('error', this.#down);
    output.on('close', this.#closed);
  }

  send(messages: readonly Message[], from: number): Promise<number> {
    const { text, count } = linesFrom(messages, from, this.#settings);
    if (text === '') return Promise.resolve(count);
    return new Promise((resolve) => {
      this.#pending = resolve;
      this.#output.write(text, (error) => {
        this.#pending = undefined;
        resolve(error === null || error === undefined ? count : 0);
      });
    });
  }

  /** Standard output is not ours to end: this only waits until what was written is out. */
  async close(deadlineMs: number): Promise<void> {
    if (this.#output.writableLength > 0 && !this.#output.destroyed) {
      await once(this.#output, 'drain', { signal: AbortSignal.timeout(deadlineMs) }).catch(
        () => undefined,
      );
    }
  }

  destroy(): void {
    this.#output.off('error', this.#down);
    this.#output.off('close', this.#closed);
    this.#pending?.(0);
    this.#pending = undefined;
  }
}

function closedOutput(cause: unknown): ServiceError {
  return new ServiceError('TF_COLLECTOR', 'standard output is closed', {
    where: url,
    hint: 'keep the reader of the pipe running, or configure delivery.collectors',
    cause,
  });
}
