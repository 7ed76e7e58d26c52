import { ServiceError } from '../../core/index.js';
import type { Message } from '../../core/index.js';
import { StallError } from './kind.js';
import type { Assurance, CollectorTransport, TransportSettings } from './kind.js';
import { LastAssurance } from './last-assurance.js';
import { withinTime } from './socket.js';

/** One live connection, made new for every attempt and never used again once it is down. */
export interface Connection {
  /**
   * Sends some of the messages, beginning at `from`; resolves with how many were taken once the
   * operating system has them. Always resolves, at the latest when the connection is destroyed.
   */
  send(messages: readonly Message[], from: number): Promise<number>;
  /** Ends the connection in good order, at most for `deadlineMs`. */
  close(deadlineMs: number): Promise<void>;
  /** Ends it at once. Safe to call at any time. */
  destroy(): void;
  /** What an assured connection knows; it stays as it was once the connection is over. */
  readonly assurance?: Assurance;
  /** Whether it finds out by itself, now, that the peer takes nothing, and calls `onDown` then. */
  readonly isWatched?: boolean;
}

/** What a transport says about itself; everything else is the same for all of them. */
export interface ConnectionRecipe {
  readonly url: string;
  readonly maxMessageBytes: number;
  readonly hardLimitBytes: number;
  /** Whether its connections have an assurance. */
  readonly isAssured?: boolean;
  /**
   * Resolves with a connection that can send, or rejects and leaves nothing behind. When `signal`
   * fires it rejects soon. `onDown` is called when the connection dies, however often.
   */
  connect(signal: AbortSignal, onDown: (error: Error) => void): Promise<Connection>;
  /** Says an error of connect() or of the connection in the operator's words. */
  explain(error: unknown): ServiceError;
}

/** Keeps the promises of the Transport contract on top of connections that are used once each. */
export class ConnectionTransport implements CollectorTransport {
  onLost: ((error: Error) => void) | undefined;
  readonly assurance: LastAssurance | undefined;
  readonly #recipe: ConnectionRecipe;
  readonly #settings: TransportSettings;
  #connection: Connection | undefined;
  #opening: AbortController | undefined;
  #closing: Promise<void> = Promise.resolve();
  /** The connection that is being closed. */
  #ending: Connection | undefined;

  constructor(recipe: ConnectionRecipe, settings: TransportSettings) {
    this.#recipe = recipe;
    this.assurance = recipe.isAssured === true ? new LastAssurance() : undefined;
    this.#settings = settings;
  }

  get url(): string {
    return this.#recipe.url;
  }

  get maxMessageBytes(): number {
    return this.#recipe.maxMessageBytes;
  }

  get hardLimitBytes(): number {
    return this.#recipe.hardLimitBytes;
  }

  async open(signal: AbortSignal): Promise<void> {
    if (this.#connection !== undefined || this.#opening !== undefined) {
      throw new ServiceError('TF_INTERNAL', 'the transport is open already', { where: this.url });
    }
    const opening = new AbortController();
    this.#opening = opening;
    try {
      const either = AbortSignal.any([signal, opening.signal]);
      await withinTime(this.url, this.#settings.connectTimeoutMs, either, (limit) =>
        this.#connect(limit),
      );
    } catch (error) {
      throw signal.aborted ? abandoned(this.url, error) : this.#recipe.explain(error);
    } finally {
      this.#opening = undefined;
    }
  }

  async write(messages: readonly Message[]): Promise<number> {
    const connection = this.#connection;
    let taken = 0;
    while (connection !== undefined && taken < messages.length) {
      if (this.#connection !== connection) break;
      const count = await this.#sendOrStall(connection, messages, taken);
      taken += count;
      if (count === 0) {
        this.#lose(connection, new Error('the connection takes no more messages'));
        break;
      }
    }
    return taken;
  }

  /** Again, while it is being closed: the sooner deadline counts. */
  close(deadlineMs: number): Promise<void> {
    this.#opening?.abort(abandoned(this.url));
    const connection = this.#connection ?? this.#ending;
    this.#connection = undefined;
    if (connection !== undefined) {
      this.#ending = connection;
      this.#closing = connection.close(deadlineMs).finally(() => {
        connection.destroy();
        if (this.#ending === connection) this.#ending = undefined;
      });
    }
    return this.#closing;
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const attempt: { early?: Error; connection?: Connection } = {};
    const connection = await this.#recipe.connect(signal, (error) => {
      attempt.early ??= error;
      if (attempt.connection !== undefined) this.#lose(attempt.connection, error);
    });
    const problem: unknown = signal.aborted ? signal.reason : attempt.early;
    if (problem !== undefined) {
      connection.destroy();
      throw problem as Error;
    }
    attempt.connection = connection;
    this.#connection = connection;
    this.assurance?.follow(connection.assurance);
  }

  async #sendOrStall(
    connection: Connection,
    messages: readonly Message[],
    from: number,
  ): Promise<number> {
    const { stallTimeoutMs } = this.#settings;
    const timer = setInterval(() => {
      if (connection.isWatched === true) return;
      this.#lose(connection, new StallError(this.url, stallTimeoutMs));
      // A connection that close() is waiting for is not the current one any more.
      connection.destroy();
    }, stallTimeoutMs);
    try {
      return await connection.send(messages, from);
    } finally {
      clearInterval(timer);
    }
  }

  /** Reports the loss of the current connection; any other one has been dealt with before. */
  #lose(connection: Connection, error: Error): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    connection.destroy();
    this.onLost?.(this.#recipe.explain(error));
  }
}

function abandoned(url: string, cause?: unknown): ServiceError {
  return new ServiceError('TF_COLLECTOR', 'the attempt to connect was given up', {
    where: url,
    retryable: true,
    cause,
  });
}
