import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

export const finishedAndReply = 'X-KF-SendFinishedEventX-KF-ReplyBack';
export const withStatistics = `${finishedAndReply}X-KF-SaveStatistic`;

/** A client of CyberTrace's protocol: says what it is told to, collects what comes. */
export class CybertraceClient {
  readonly #socket: Socket;
  readonly #closed: Promise<unknown>;
  #received = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8').on('data', (text: string) => (this.#received += text));
    socket.on('error', () => undefined);
    this.#closed = once(socket, 'close');
  }

  static async open(port: number): Promise<CybertraceClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new CybertraceClient(socket);
  }

  /** Everything that has come so far. */
  get received(): string {
    return this.#received;
  }

  send(text: string | Uint8Array): void {
    this.#socket.write(text);
  }

  /** Waits until what has come holds `text` so many times; gives back all of it and forgets it. */
  async until(text: string, times = 1): Promise<string> {
    const deadline = performance.now() + 15_000;
    while (this.#received.split(text).length - 1 < times) {
      if (performance.now() > deadline) throw new Error(`no "${text}" in: ${this.#received}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const received = this.#received;
    this.#received = '';
    return received;
  }

  /** Sends our end of the connection, and gives back what comes until the other end. */
  async end(): Promise<string> {
    this.#socket.end();
    await this.#closed;
    return this.#received;
  }

  /** Waits for the other side to close. */
  async closed(): Promise<string> {
    await this.#closed;
    return this.#received;
  }

  /** Ends the connection by RST. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/** One connection for one request, as KUMA makes them: all that comes back up to `LookupFinished`. */
export async function lookUpOnce(port: number, event: string): Promise<string> {
  const client = await CybertraceClient.open(port);
  client.send(`${finishedAndReply}${event}\n`);
  const reply = await client.until('LookupFinished\n');
  client.destroy();
  return reply;
}
