import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** What the proxy does with the bytes of the sender; changeable at any time, for all connections. */
export interface ProxyBehaviour {
  /** Takes nothing more; what the operating systems hold fills up. */
  readonly isStalled?: boolean;
  /** Reads at most so much from each sender. */
  readonly bytesPerSecond?: number;
  /** Passes everything on so much later. */
  readonly delayMs?: number;
  /** Ends a connection in good order (FIN) on which nothing was sent for so long. */
  readonly idleCloseMs?: number;
  /** Resets a connection that has passed on so many bytes, in the middle of a line if so. */
  readonly resetAfterBytes?: number;
}

/** A TCP relay between a sender and a collector, on the loopback interface. Always stop() it. */
export interface FaultProxy {
  readonly port: number;
  /** Connections accepted so far, and those that are up. */
  readonly accepted: number;
  readonly open: number;
  behaviour: ProxyBehaviour;
  /** Ends all connections to the sender: by RST, or in good order after passing on what came. */
  cut(how: 'reset' | 'end'): void;
  stop(): Promise<void>;
}

export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  const pairs = new Set<Pair>();
  let behaviour: ProxyBehaviour = {};
  let accepted = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    accepted++;
    const pair = new Pair(client, connect(targetPort, '127.0.0.1'), () => behaviour);
    pairs.add(pair);
    client.on('close', () => pairs.delete(pair));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    get open() {
      return pairs.size;
    },
    get behaviour() {
      return behaviour;
    },
    set behaviour(next) {
      behaviour = next;
      for (const pair of pairs) pair.obey();
    },
    cut(how) {
      for (const pair of pairs) pair.cut(how);
    },
    async stop() {
      server.close();
      for (const pair of pairs) pair.cut('reset');
      if (server.listening) await once(server, 'close');
    },
  };
}

/** One connection of a sender and the one to the collector that belongs to it. */
class Pair {
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #behaviour: () => ProxyBehaviour;
  #idle: NodeJS.Timeout | undefined;
  #pause: NodeJS.Timeout | undefined;
  #passed = 0;

  constructor(client: Socket, target: Socket, behaviour: () => ProxyBehaviour) {
    this.#client = client;
    this.#target = target;
    this.#behaviour = behaviour;
    for (const socket of [client, target]) socket.on('error', () => undefined);
    client.on('data', (bytes) => {
      this.#pass(bytes);
    });
    client.on('end', () => target.end());
    target.on('data', (bytes) => client.write(bytes));
    target.on('end', () => client.end());
    // A side that is gone takes the other one along; a collector that was killed is seen as a reset.
    target.on('close', (hadError) => {
      if (hadError) client.resetAndDestroy();
      else if (!client.destroyed) client.end();
    });
    client.on('close', () => {
      clearTimeout(this.#idle);
      clearTimeout(this.#pause);
      target.end();
    });
    this.obey();
  }

  obey(): void {
    if (this.#behaviour().isStalled === true) this.#client.pause();
    else if (this.#pause === undefined) this.#client.resume();
    this.#restartIdle();
  }

  cut(how: 'reset' | 'end'): void {
    if (how === 'end') {
      // As close(2) does it: what comes after our end is answered by a reset.
      this.#client.end(() => this.#client.destroy());
      return;
    }
    this.#client.resetAndDestroy();
    this.#target.destroy();
  }

  #pass(bytes: Buffer): void {
    const { delayMs, bytesPerSecond, resetAfterBytes } = this.#behaviour();
    const room = (resetAfterBytes ?? Infinity) - this.#passed;
    const part = room < bytes.length ? bytes.subarray(0, Math.max(0, room)) : bytes;
    this.#passed += part.length;
    if (delayMs === undefined) this.#write(part);
    else
      setTimeout(() => {
        this.#write(part);
      }, delayMs);
    if (part.length < bytes.length) {
      this.#client.resetAndDestroy();
      return;
    }
    if (bytesPerSecond !== undefined) this.#waitFor((bytes.length * 1000) / bytesPerSecond);
    this.#restartIdle();
  }

  #write(bytes: Buffer): void {
    if (this.#target.write(bytes)) return;
    this.#client.pause();
    this.#target.once('drain', () => {
      this.obey();
    });
  }

  #waitFor(ms: number): void {
    this.#client.pause();
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.obey();
    }, ms);
  }

  #restartIdle(): void {
    clearTimeout(this.#idle);
    const { idleCloseMs } = this.#behaviour();
    if (idleCloseMs === undefined) return;
    this.#idle = setTimeout(() => {
      this.cut('end');
    }, idleCloseMs);
  }
}
