import type { CounterSource, IntakeSession, Logger } from '../../core/index.js';
import type { RejectReason } from '../connection.js';
import type { IntakeListener } from '../listener-options.js';
import type { Reply } from './reply.js';

/** A listener that speaks CyberTrace's protocol; docs/reference/cybertrace-protocol.md. */
export interface CybertraceListenerOptions {
  /** Name of the listener in sessions, metrics and the log: `cybertrace`. */
  readonly name: string;
  readonly host: string;
  /** 0 takes a free port; see `address`. */
  readonly port: number;
  readonly maxLineBytes?: number;
  /** What the unfinished and the waiting events of all sessions may take, in bytes; 64 MiB by default. */
  readonly maxBufferedBytes?: number;
  /** How long a line may stay without its end before the connection is closed; 30,000 by default. */
  readonly partialLineTimeoutMs?: number;
  /** Sessions beyond this many are refused; some connections more are taken for health checks. */
  readonly maxSessions: number;
  /** Sessions have the flags sendFinished and replyBack whatever they send. */
  readonly replyAlways: boolean;
  /** Ends a session that is replied to after the reply to its first event. */
  readonly closeAfterReply: boolean;
  /** An unfinished line with so many milliseconds of silence behind it is whole; 0: never. */
  readonly requestQuietMs: number;
  /** With so many bytes of replies unread no more events of a client are taken. */
  readonly replyBufferBytes: number;
  /** A client none of whose unread replies move for so long is disconnected. */
  readonly replyStallMs: number;
  /** A session without an unfinished line that is silent for so long is closed; default: never. */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * Takes one event: a line without its line end, never empty; its bytes are only valid during the
   * call. A Promise when the reply comes later. What it throws costs only this event its reply.
   */
  readonly answer: (
    session: IntakeSession,
    bytes: Uint8Array,
    start: number,
    end: number,
  ) => Reply | Promise<Reply>;
  /**
   * The reply to an event that was over the limit of a line and skipped: a client that waits for the
   * end of each reply must get it. Nothing when absent.
   */
  readonly answerSkipped?: ((session: IntakeSession) => Reply) | undefined;
  /** Called once for every event that was received, in part or whole, and could not be taken. */
  readonly onReject?: (reason: RejectReason, session: IntakeSession) => void;
  /** Called for every event that was given up for want of memory, after `onReject`. */
  readonly onShed?: (session: IntakeSession) => void;
  readonly counters: CounterSource;
  readonly logger: Logger;
  /** Only health checks are answered before resume(); events wait unread. */
  readonly startPaused?: boolean;
}

/**
 * pause() and resume() act as at the start: while paused only health checks are answered. close()
 * accepts no more, answers what has arrived, waits for the replies to be read until the deadline.
 */
export type CybertraceListener = Pick<
  IntakeListener,
  'address' | 'connectionCount' | 'heldBytes' | 'pause' | 'resume' | 'close'
>;
