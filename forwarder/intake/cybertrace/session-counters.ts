import type { Counter, CounterSource, SessionFlags } from '../../core/index.js';
import { intakeCounters } from '../intake-counters.js';
import type { CloseReason } from '../intake-counters.js';

/**
 * Why a session ended, beside what ends other connections. answered: by us, behind a PONG or with
 * closeAfterReply; reply_stall: replies were left unread; no_place: refused after it was accepted.
 */
export type SessionCloseReason = CloseReason | 'answered' | 'reply_stall' | 'no_place';

/** Why a message of a reply did not go out. */
export type ReplyDropReason = 'unread' | 'lost' | 'stopped';

export type SessionCounters = ReturnType<typeof sessionCounters>;

/** The counters of one listener of CyberTrace's protocol. */
export function sessionCounters(source: CounterSource, listener: string) {
  const intake = intakeCounters(source, listener);
  const closed = (reason: SessionCloseReason): Counter =>
    source.counter('tf_intake_connections_closed_total', { listener, reason });
  const dropped = (reason: ReplyDropReason): Counter =>
    source.counter('tf_reply_messages_dropped_total', { listener, reason });
  const sessions = new Map<number, Counter>();
  return {
    ...intake,
    closed: {
      ...intake.closed,
      answered: closed('answered'),
      reply_stall: closed('reply_stall'),
      no_place: closed('no_place'),
    } satisfies Record<SessionCloseReason, Counter>,
    replies: source.counter('tf_reply_messages_total', { listener }),
    repliesDropped: {
      unread: dropped('unread'),
      lost: dropped('lost'),
      stopped: dropped('stopped'),
    } satisfies Record<ReplyDropReason, Counter>,
    pings: source.counter('tf_session_pings_total', { listener }),
    flagsIgnored: source.counter('tf_session_flags_ignored_total', { listener }),
    /** Sessions that have said what they are, by the flags they sent. */
    sessions: (flags: SessionFlags): Counter => {
      // Kept by number, because making the label costs more than all else about a session's flags.
      const number = flagNumber(flags);
      let counter = sessions.get(number);
      if (counter === undefined) {
        counter = source.counter('tf_sessions_total', { listener, flags: flagNames(flags) });
        sessions.set(number, counter);
      }
      return counter;
    },
  };
}

function flagNumber({ sendFinished, replyBack, saveStatistic }: SessionFlags): number {
  return (sendFinished ? 1 : 0) + (replyBack ? 2 : 0) + (saveStatistic ? 4 : 0);
}

/** The flags by name, as a label: `SendFinishedEvent+ReplyBack`; `none`. */
function flagNames(flags: SessionFlags): string {
  const names = [
    ...(flags.sendFinished ? ['SendFinishedEvent'] : []),
    ...(flags.replyBack ? ['ReplyBack'] : []),
    ...(flags.saveStatistic ? ['SaveStatistic'] : []),
  ];
  return names.length === 0 ? 'none' : names.join('+');
}

/** Why the messages were dropped that a session had left when it ended. */
export function replyDropReason(reason: SessionCloseReason): ReplyDropReason {
  if (reason === 'reply_stall') return 'unread';
  return reason === 'stopped' ? 'stopped' : 'lost';
}
