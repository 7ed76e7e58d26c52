import type { IntakeSession, SessionFlags } from '../../core/index.js';
import { startsWithFlag } from './flags.js';
import { noReply } from './reply.js';
import type { Reply } from './reply.js';
import type { SessionHost } from './session-host.js';

/** The session as its events see it: what it asked for, and what the listener grants to everyone. */
export function openedSession(
  { id, listener, peer }: IntakeSession,
  flags: SessionFlags,
  replyAlways: boolean,
): IntakeSession {
  const granted = replyAlways ? { ...flags, sendFinished: true, replyBack: true } : flags;
  return { id, listener, peer, flags: granted };
}

/** Has one event answered, and counts it. What goes wrong is told to the operator; nothing is replied then. */
export function answerEvent(
  { options, counters, log }: SessionHost,
  session: IntakeSession,
  bytes: Uint8Array,
  start: number,
  end: number,
): Reply | Promise<Reply> {
  counters.lines.value += 1;
  if (startsWithFlag(bytes, start, end)) counters.flagsIgnored.value += 1;
  try {
    return options.answer(session, bytes, start, end);
  } catch (error) {
    log.fault(error);
    return noReply;
  }
}

/** The reply to an event that was skipped for its length. */
export function answerSkipped({ options, log }: SessionHost, session: IntakeSession): Reply {
  try {
    return options.answerSkipped?.(session) ?? noReply;
  } catch (error) {
    log.fault(error);
    return noReply;
  }
}

/** Tells the operator of a client that speaks TLS. */
export function warnOfTls({ options, log }: SessionHost, { peer }: IntakeSession): void {
  const { name } = options;
  const problem = `a client speaks TLS to ${name}, which has no TLS; switch TLS off at the client`;
  log.warn('intake.tls_hello', problem, { peer });
}
