import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Events that go to a service one after the other, over one connection, until it is stopped. */
export class EventTrickle {
  /** Events sent so far. */
  sent = 0;
  readonly #socket: Socket;
  readonly #hosts: readonly string[];
  readonly #everyMs: number;
  #isOver = false;
  readonly #running: Promise<void>;

  private constructor(socket: Socket, hosts: readonly string[], everyMs: number) {
    this.#socket = socket;
    this.#hosts = hosts;
    this.#everyMs = everyMs;
    this.#running = this.#run();
  }

  /** Every event names all of the hosts, in a field of its own each. */
  static async start(
    port: number,
    hosts: readonly string[],
    everyMs: number,
  ): Promise<EventTrickle> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.resume();
    return new EventTrickle(socket, hosts, everyMs);
  }

  /** Sends no more; resolves when all that was sent is out. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
    this.#socket.end();
    if (!this.#socket.closed) await once(this.#socket, 'close');
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const fields = this.#hosts.map((host, at) => `url${at}=http://${host}/${this.sent}`);
      if (!this.#socket.write(`${fields.join('\t')}\n`)) await once(this.#socket, 'drain');
      this.sent += 1;
      await sleep(this.#everyMs);
    }
  }
}
