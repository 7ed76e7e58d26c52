import type { CounterSource, IntakeSession, LinesHandler, Logger } from '../core/index.js';
import type { RejectReason } from './connection.js';
import type { ListenerTls } from './tls-server.js';

export interface ListenerOptions {
  /** Name of the listener in sessions, metrics and the log: `jsa`. */
  readonly name: string;
  readonly host: string;
  /** 0 takes a free port; see `address`. */
  readonly port: number;
  /** A listening socket that was handed over to this process, used in place of host and port. */
  readonly descriptor?: number | undefined;
  /** Makes it a TLS listener (TLS 1.2 or newer). */
  readonly tls?: ListenerTls;
  readonly maxLineBytes?: number;
  /** How long a line may stay without its end before the connection is closed; 30,000 by default. */
  readonly partialLineTimeoutMs?: number;
  /** A connection without an unfinished line that is silent for so long is closed; default: never. */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * What the unfinished lines of all connections together may take, in bytes; 64 MiB by default. Over
   * it the connection that holds most is closed and its line rejected.
   */
  readonly maxBufferedBytes?: number;
  /** Connections beyond this many are refused and counted; 1,024 by default. */
  readonly maxConnections?: number;
  /** Takes all lines, synchronously, as many at once as have come; see LinesHandler, perLine(). */
  readonly onLines: (
    session: IntakeSession,
    ...parameters: Parameters<LinesHandler>
  ) => ReturnType<LinesHandler>;
  /** Called once for every event that was received in part and could not be taken. */
  readonly onReject?: (reason: RejectReason, session: IntakeSession) => void;
  /** Called for every event that was given up for want of memory, after `onReject`. */
  readonly onShed?: (session: IntakeSession) => void;
  readonly counters: CounterSource;
  readonly logger: Logger;
  /** Connections are accepted, but nothing is read before resume(). */
  readonly startPaused?: boolean;
  /** What plain connections read into, one after the other; one of 64 KiB by default. */
  readonly readBuffer?: Buffer;
  /** False reads every chunk into a buffer of its own, as on runtimes that cannot share one. */
  readonly sharesReadBuffer?: boolean;
}

export interface IntakeListener {
  /** Where it really listens. */
  readonly address: { readonly host: string; readonly port: number };
  readonly connectionCount: number;
  /** What the unfinished lines of all connections take, in bytes. */
  readonly heldBytes: number;
  /**
   * Stops reading on all connections, old and new; they stay open and their senders slow down.
   * Lines of a chunk that was read before are still handed on.
   */
  pause(): void;
  resume(): void;
  /**
   * Shows this certificate to clients from the next handshake on; connections that are open live on.
   * Whether clients need one stays as it was at the start. Throws ServiceError TF_LISTEN, and keeps
   * the one in use, when it cannot be used or the listener has no TLS.
   */
  useTls(tls: ListenerTls): void;
  /**
   * Accepts no more, reads what has arrived until nothing comes any more, at most for
   * `deadlineMs` (a paused listener reads nothing), then closes every connection. Safe to repeat.
   */
  close(deadlineMs: number): Promise<void>;
}
