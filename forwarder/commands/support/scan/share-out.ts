import { ServiceError } from '../../../core/index.js';
import type { EventChunk } from './event-chunks.js';
import { PartOrder } from './part-order.js';
import type { ChunkReply, ScanConnection } from './scan-connection.js';

export interface ShareOptions {
  readonly chunks: AsyncGenerator<EventChunk>;
  /** Connections at a time, at most; more than the first are opened while there is work. */
  readonly connections: number;
  /** `signal` is aborted when another connection fails. */
  readonly connect: (signal: AbortSignal) => Promise<ScanConnection>;
  /** Chunks of one connection that are on their way: what is sent while replies come. */
  readonly chunksOnTheWay: number;
  /** Called for every chunk that is done with, in their order. */
  readonly onDone: (chunk: EventChunk, replies: readonly ChunkReply[]) => void;
  /** Called now and then; awaited, so that what waits to be written stays bounded. */
  readonly onSettle: () => Promise<void>;
  readonly onNotice: (text: string) => void;
  /**
   * Ends reading: no chunk is begun after its signal; those on their way are waited for. Aborted when
   * a connection fails.
   */
  readonly reading: AbortController;
}

/** Connections that are lost as soon as they are there are tried so often when there is no other. */
const mostRetries = 3;

/** How far one connection may be ahead of another: chunks for each connection. */
const aheadOfEach = 4;

/**
 * Shares chunks among connections, and hands over what came of them in their order. A connection that
 * is lost before it has done anything was refused: its chunks go to the others, and there is one less.
 * Throws the ServiceError of a connection that is lost later; what was done in order before has been
 * handed over then, the rest has not.
 */
export async function shareOut(options: ShareOptions): Promise<void> {
  const share = new Share(options);
  await share.run();
}

class Share {
  readonly #options: ShareOptions;
  readonly #order: PartOrder<{ chunk: EventChunk; replies: readonly ChunkReply[] }>;
  readonly #open = new Set<ScanConnection>();
  /** Chunks of connections that were refused. */
  #returned: EventChunk[] = [];
  #isExhausted = false;
  #refused = 0;
  #lastRefusal = '';
  /** Connections that are being opened or at work. */
  #running = 0;
  readonly #failed = new AbortController();
  #retries = 0;
  #hasWorked = false;
  #failure: { readonly error: unknown } | undefined;
  /** One reads ahead at a time. */
  #reading: Promise<unknown> = Promise.resolve();

  constructor(options: ShareOptions) {
    this.#options = options;
    this.#order = new PartOrder(options.connections * aheadOfEach, ({ chunk, replies }) => {
      options.onDone(chunk, replies);
    });
  }

  async run(): Promise<void> {
    const { connections, chunks } = this.#options;
    const workers: Promise<void>[] = [];
    const startOne = (): void => {
      this.#running += 1;
      workers.push(
        this.#work(() => {
          // As much as may be is on its way here: there is work for another.
          if (workers.length < connections && this.#refused === 0) startOne();
        }),
      );
    };
    startOne();
    // Others are added while these run.
    for (let at = 0; at < workers.length; at += 1) {
      await workers[at];
      const isLast = at === workers.length - 1;
      if (isLast && this.#failure === undefined && this.#returned.length > 0) startOne();
    }
    await chunks.return(undefined);
    if (this.#refused > 0) {
      const taken = Math.max(1, workers.length - this.#refused);
      this.#options.onNotice(
        `the service took ${taken} of ${workers.length} connections at a time (${this.#lastRefusal})`,
      );
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #work(onBusy: () => void): Promise<void> {
    let connection: ScanConnection | undefined;
    const onTheWay = new Map<EventChunk, Promise<void>>();
    try {
      let chunk = await this.#next();
      if (chunk === undefined) return;
      connection = await this.#connect(chunk);
      if (connection === undefined) return;
      while (chunk !== undefined) {
        const sent = this.#sendOne(connection, chunk, onTheWay);
        // It is looked at below; it may fail before.
        sent.catch(() => undefined);
        onTheWay.set(chunk, sent);
        if (onTheWay.size >= this.#options.chunksOnTheWay) {
          onBusy();
          await Promise.race(onTheWay.values());
        }
        if (this.#failure !== undefined) break;
        await this.#options.onSettle();
        chunk = await this.#next();
      }
      await Promise.all(onTheWay.values());
      await connection.end();
    } catch (error) {
      connection?.destroy();
      await Promise.allSettled(onTheWay.values());
      this.#lose(connection, error, [...onTheWay.keys()]);
    } finally {
      if (connection !== undefined) this.#open.delete(connection);
      this.#running -= 1;
      this.#order.wake();
    }
  }

  async #connect(chunk: EventChunk): Promise<ScanConnection | undefined> {
    try {
      const connection = await this.#options.connect(this.#failed.signal);
      this.#open.add(connection);
      return connection;
    } catch (error) {
      this.#lose(undefined, error, [chunk]);
      return undefined;
    }
  }

  async #sendOne(
    connection: ScanConnection,
    chunk: EventChunk,
    onTheWay: Map<EventChunk, Promise<void>>,
  ): Promise<void> {
    const replies = await connection.send(chunk);
    this.#hasWorked = true;
    onTheWay.delete(chunk);
    this.#order.done(chunk.number, { chunk, replies });
  }

  /** The next chunk: one that was given back first. */
  async #next(): Promise<EventChunk | undefined> {
    const turn = this.#reading.then(async () => {
      if (this.#failure !== undefined) return undefined;
      const returned = this.#returned.shift();
      if (returned !== undefined) return returned;
      if (this.#isExhausted || this.#options.reading.signal.aborted) return undefined;
      const next = await this.#options.chunks.next();
      if (next.done === true) {
        this.#isExhausted = true;
        return undefined;
      }
      return next.value;
    });
    this.#reading = turn.catch(() => undefined);
    const chunk = await turn;
    if (chunk !== undefined) await this.#order.room(chunk.number);
    return chunk;
  }

  #lose(
    connection: ScanConnection | undefined,
    error: unknown,
    chunks: readonly EventChunk[],
  ): void {
    const isRefused =
      error instanceof ServiceError &&
      error.code === 'TF_PEER_UNAVAILABLE' &&
      connection?.hasWorked !== true;
    const others = this.#running - 1;
    const isTriedAgain = others === 0 && this.#hasWorked && this.#retries < mostRetries;
    if (!isRefused || (others === 0 && !isTriedAgain)) {
      this.#fail(error);
      return;
    }
    if (isTriedAgain) this.#retries += 1;
    this.#refused += 1;
    this.#returned = [...this.#returned, ...chunks].sort((a, b) => a.number - b.number);
    this.#lastRefusal = error.message;
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    this.#options.reading.abort();
    this.#failed.abort();
    for (const connection of this.#open) connection.destroy();
    this.#order.wake();
  }
}
