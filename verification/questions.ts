import type { ReceivedCounts } from './run-log.js';

/** The three things the JSA DSM guide has checked after the set-up. */
export const questionIds = [
  'events-reach-service',
  'messages-reach-jsa',
  'messages-parse',
] as const;
export type QuestionId = (typeof questionIds)[number];

export interface QuestionAnswer {
  readonly id: QuestionId;
  readonly question: string;
  readonly passed: boolean;
  /** How much of how much, e.g. events sent of events to send. */
  readonly count: number;
  readonly total: number;
  /** One sentence with the numbers. */
  readonly detail: string;
  /** Why it failed; empty when it passed. */
  readonly reasons: readonly string[];
}

export interface QuestionFacts {
  /** Events to send, and those the operating system took. */
  readonly events: number;
  readonly sent: number;
  /** Why the connection to the service was lost, if it was. */
  readonly connectionProblem: string | undefined;
  readonly service: string;
  readonly collector: string;
  /** Connections the service opened to the listener. */
  readonly connections: number;
  readonly discarded: number;
  readonly received: ReceivedCounts;
  /** What JSA would stumble over, with the number of messages. */
  readonly problems: ReadonlyMap<string, number>;
}

/** Answers the guide's three questions from what was counted. */
export function answerQuestions(facts: QuestionFacts): readonly QuestionAnswer[] {
  return [eventsReachService(facts), messagesReachJsa(facts), messagesParse(facts)];
}

function eventsReachService(facts: QuestionFacts): QuestionAnswer {
  const { events, sent, connectionProblem, service, received } = facts;
  const reasons: string[] = [];
  if (sent < events) reasons.push(`only ${sent} of ${events} events could be sent`);
  if (connectionProblem !== undefined) {
    reasons.push(`the connection to ${service} was lost: ${connectionProblem}`);
  }
  const proof =
    received.detections > 0
      ? `${received.detections} detections prove that they were read`
      : 'no detection proves that they were read';
  return {
    id: 'events-reach-service',
    question: 'Do events from JSA arrive at the service?',
    passed: reasons.length === 0,
    count: sent,
    total: events,
    detail: `${sent} of ${events} events sent to ${service}; ${proof}`,
    reasons,
  };
}

function messagesReachJsa(facts: QuestionFacts): QuestionAnswer {
  const { received, collector, connections, discarded } = facts;
  const reasons: string[] = [];
  if (received.lines === 0) {
    const why =
      connections > 0
        ? 'the service connected to the collector and sent nothing'
        : `nothing came to ${collector}; does the service's delivery.collectors name it?`;
    reasons.push(why);
  } else if (received.detections === 0) {
    reasons.push(
      `${received.lines} messages came, none of them a detection of this run; are the feeds loaded?`,
    );
  }
  if (discarded > 0) reasons.push(`${discarded} messages came faster than they could be read`);
  return {
    id: 'messages-reach-jsa',
    question: 'Do events of the service arrive at JSA?',
    passed: reasons.length === 0,
    count: received.detections,
    total: received.lines,
    detail:
      `${received.lines} messages received at ${collector}: ${received.detections} detections of ` +
      `this run, ${received.foreignDetections} of other events, ${received.status} status, ` +
      `${received.evaluation} evaluation, ${received.unreadable} unreadable`,
    reasons,
  };
}

function messagesParse({ received, problems }: QuestionFacts): QuestionAnswer {
  const good = received.lines - received.malformed;
  const reasons = [...problems].map(([problem, count]) =>
    count === 1 ? problem : `${problem} (in ${count} messages)`,
  );
  if (received.lines === 0) reasons.push('no message came that could be parsed');
  return {
    id: 'messages-parse',
    question: 'Does JSA parse them right?',
    passed: reasons.length === 0,
    count: good,
    total: received.lines,
    detail: `${good} of ${received.lines} messages have the header, the identifier, TABs and a known event id`,
    reasons,
  };
}
