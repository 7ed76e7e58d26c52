import type { IntakeSession } from '../../core/index.js';
import type { LineBlocks } from '../line-blocks.js';
import type { LineHolder, LineMemory } from '../line-memory.js';
import type { ListenerLog } from '../listener-log.js';
import type { Deadlines } from './deadlines.js';
import type { CybertraceListenerOptions } from './options.js';
import type { PlaceHolder } from './places.js';
import type { SessionCloseReason, SessionCounters } from './session-counters.js';
import type { SilenceMs } from './silence.js';

/** What a session needs of its listener; one for all sessions. */
export interface SessionHost {
  readonly options: CybertraceListenerOptions;
  /** While true only health checks are answered. */
  readonly isPaused: boolean;
  readonly memory: LineMemory;
  /** What long unfinished lines are kept in. */
  readonly blocks: LineBlocks;
  readonly counters: SessionCounters;
  readonly log: ListenerLog;
  /** Unfinished lines that are whole when nothing comes for a moment; none when that is off. */
  readonly quiet: Deadlines<HostedSession> | undefined;
  /** Everything is replied, our FIN is on its way: its place is free, it only waits for the peer's. */
  onLeave(session: HostedSession): void;
  onClose(session: HostedSession, reason: SessionCloseReason, detail: string): void;
}

/** How long a session may be silent or not read, in milliseconds. */
export interface SessionPatienceMs extends SilenceMs {
  /** With unread replies none of which moves. */
  readonly stall: number;
}

/** What is known of a session at once; its flags come with its first event. */
export type SessionStart = Omit<IntakeSession, 'flags'>;

/** What a listener does with its sessions. */
export interface HostedSession extends LineHolder, PlaceHolder {
  readonly start: SessionStart;
  /** Whether something is left to be replied, or to be read by the client. */
  readonly isBusy: boolean;
  /** There may be room again, or the listener was paused or goes on. */
  goOn(): void;
  /** Looks whether the client is silent, or leaves its replies unread, for longer than allowed. */
  check(patience: SessionPatienceMs): void;
  /** Nothing has come behind an unfinished line for a moment: it is whole. */
  takeUnfinished(): void;
  /** Ends in good order: all replies are with the operating system. */
  leave(reason: SessionCloseReason): void;
  destroy(reason: SessionCloseReason): void;
}
