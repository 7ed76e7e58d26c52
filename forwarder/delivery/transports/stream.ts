import type { Socket } from 'node:net';

import { frameMessage } from '../../../dsm/syslog/frame.js';
import type { Message } from '../../core/index.js';
import type { Connection } from './connection-transport.js';
import type { TransportSettings } from './kind.js';
import { endSocket, watchSocket } from './socket.js';
import { lines } from './syslog-line.js';

/** One write carries as many lines as fit into this many characters, at least one. */
const chunkCharacters = 65_536;

/**
 * A connection over a stream of bytes: lines ended by LF, many to a write. The next write waits until
 * the operating system has taken the one before, so at most one chunk is in memory here.
 */
export class StreamConnection implements Connection {
  readonly #socket: Socket;
  readonly #settings: TransportSettings;

  constructor(socket: Socket, settings: TransportSettings, onDown: (error: Error) => void) {
    this.#socket = socket;
    this.#settings = settings;
    watchSocket(socket, onDown);
  }

  send(messages: readonly Message[], from: number): Promise<number> {
    const { text, count } = linesFrom(messages, from, this.#settings);
    if (text === '') return Promise.resolve(count);
    return new Promise((resolve) => {
      // A socket that is destroyed answers all its writes with an error.
      this.#socket.write(text, (error) => {
        resolve(error === null || error === undefined ? count : 0);
      });
    });
  }

  async close(deadlineMs: number): Promise<void> {
    await endSocket(this.#socket, deadlineMs);
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/**
 * The lines of the messages beginning at `from`, as many as fit into one chunk. A message that the
 * collector's dialect does not write counts and has no line.
 */
export function linesFrom(
  messages: readonly Message[],
  from: number,
  settings: TransportSettings,
): { readonly text: string; readonly count: number } {
  let text = '';
  let count = 0;
  const lineOf = lines(settings);
  for (let at = from; at < messages.length; at++) {
    const own = lineOf(messages[at] as Message);
    const line = own === '' ? '' : frameMessage(own, 'lf');
    if (count > 0 && text.length + line.length > chunkCharacters) break;
    text += line;
    count++;
  }
  return { text, count };
}
