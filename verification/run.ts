import { setTimeout as sleep } from 'node:timers/promises';

import { escape } from 'glob';

import type { Collector } from './collector.js';
import { forwardedLine, type ForwardingFormat } from './envelope.js';
import { readEvents } from './events.js';
import { readExpected, type ExpectedResults } from './expected.js';
import { dataFile } from './files.js';
import { judge, type Judgement } from './judge.js';
import { buildReport, type StopReason, type VerificationReport } from './report.js';
import { RunLog } from './run-log.js';
import { newRunMark, sentValues } from './run-mark.js';
import { connectToService, type ForwardingConnection, type ServiceAddress } from './sender.js';

export interface VerificationOptions {
  /** Where the service takes JSA's events. */
  readonly service: ServiceAddress;
  /**
   * The listener the service's collector points at. It belongs to the caller, who opens it before
   * the service starts (its `url` names the port) and closes it after the run.
   */
  readonly collector: Collector;
  /** Glob patterns of the event files, looked up from `cwd`; default: the package's own file. */
  readonly eventPatterns?: readonly string[];
  readonly cwd?: string;
  /** File of expected results; default: the package's own. */
  readonly expectedFile?: string;
  /**
   * Names or glob patterns of the feeds that are loaded. Default: those the service announces and
   * those of which any expected detection is seen.
   */
  readonly feeds?: readonly string[];
  readonly format?: ForwardingFormat;
  /** The log source identifier JSA knows the service by, letter for letter. */
  readonly identifier?: string;
  /** Longest wait for the first detection; a service may connect to its collector only by then. */
  readonly timeLimitMs?: number;
  /** After this time without a further detection of this run the run is over. */
  readonly quietMs?: number;
  readonly connectTimeoutMs?: number;
  /** The address that marks this run's events; default: a random one of 198.18.0.0/15 (RFC 2544). */
  readonly sourceAddress?: string;
  readonly signal?: AbortSignal;
}

/** What the guide's table calls the service's log source. */
export const defaultIdentifier = 'KL_Threat_Feed_Service_V2';

/** How long after the last expected detection one more, unexpected, is waited for. */
const settleMs = 400;

/**
 * Plays JSA around a service: forwards the verification events to it, takes its messages as the
 * collector would, answers the guide's three questions and judges every expected detection.
 * Resolves with the report whatever came out; throws VerificationError when the run cannot start
 * (no events, bad expected results, the service does not take the connection).
 */
export async function runVerification(options: VerificationOptions): Promise<VerificationReport> {
  const startedAtMs = Date.now();
  const format = options.format ?? 'json';
  const patterns = options.eventPatterns ?? [escape(dataFile('kl_verification_test.txt'))];
  const events = await readEvents(patterns, options.cwd ?? process.cwd());
  const expected = await readExpected(options.expectedFile);
  const mark = newRunMark(options.sourceAddress);
  const sent = sentValues(events, mark);
  const log = new RunLog({
    identifier: options.identifier ?? defaultIdentifier,
    startedAtMs,
    ...sent,
  });
  const connection = await connectToService(
    options.service,
    options.connectTimeoutMs ?? 10_000,
    options.signal,
  );
  try {
    const lines = events.map((event, index) =>
      forwardedLine(event, mark, format, index + 1, Date.now()),
    );
    const judgeNow = (): Judgement => judgeLog(log, expected, sent.sentKeys, options.feeds);
    const sentCount = await sendAll(connection, lines, options);
    const stopped = await collect(connection, log, judgeNow, options);
    return buildReport({
      ...mark,
      startedAtMs,
      durationMs: Date.now() - startedAtMs,
      format,
      stopped,
      judgement: judgeNow(),
      malformed: log.malformed,
      facts: {
        events: events.length,
        sent: sentCount,
        connectionProblem: connection.problem,
        service: hostPort(options.service),
        collector: options.collector.url,
        connections: options.collector.connections,
        discarded: options.collector.discarded,
        received: log.counts,
        problems: log.problems,
      },
    });
  } finally {
    connection.close();
  }
}

/** Sends in order, at most for the time limit; resolves with the number of events that were taken. */
async function sendAll(
  connection: ForwardingConnection,
  lines: readonly string[],
  options: VerificationOptions,
): Promise<number> {
  const deadline = new AbortController();
  const signals = [deadline.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const isOver = sleep(timeLimitOf(options), false, { signal: AbortSignal.any(signals) }).catch(
    () => false,
  );
  try {
    let sent = 0;
    for (const line of lines) {
      // A service that has stopped reading must not hold the run for ever.
      if (!(await Promise.race([connection.send(line), isOver]))) break;
      sent += 1;
    }
    return sent;
  } finally {
    deadline.abort();
  }
}

/** Takes messages until the run is over; says why it is. */
async function collect(
  connection: ForwardingConnection,
  log: RunLog,
  judgeNow: () => Judgement,
  options: VerificationOptions,
): Promise<StopReason> {
  const { collector, signal } = options;
  const quietMs = options.quietMs ?? 3000;
  const sentAtMs = Date.now();
  let lastDetectionAtMs: number | undefined;
  let completeAtMs: number | undefined;
  for (;;) {
    let hasNew = false;
    for (const line of collector.take()) hasNew = log.add(line) || hasNew;
    const nowMs = Date.now();
    if (hasNew) {
      lastDetectionAtMs = nowMs;
      completeAtMs ??= isComplete(judgeNow(), options) ? nowMs : undefined;
    }
    if (signal?.aborted === true) return 'stopped';
    const endMs =
      completeAtMs !== undefined
        ? completeAtMs + settleMs
        : lastDetectionAtMs !== undefined
          ? lastDetectionAtMs + quietMs
          : sentAtMs + (connection.problem === undefined ? timeLimitOf(options) : quietMs);
    if (nowMs >= endMs) {
      if (completeAtMs !== undefined) return 'complete';
      return lastDetectionAtMs === undefined ? 'time-limit' : 'quiet';
    }
    // At most a second, so that a lost connection is noticed while nothing comes.
    await collector.waitForLine(Math.min(endMs - nowMs, 1000), signal);
  }
}

/** Whether nothing more can be expected: all rows passed, of all feeds unless the loaded are known. */
function isComplete(judgement: Judgement, options: VerificationOptions): boolean {
  const isKnown = options.feeds !== undefined || judgement.otherFeeds.length === 0;
  return isKnown && judgement.rows.length > 0 && judgement.rows.every((row) => row.passed);
}

function judgeLog(
  log: RunLog,
  expected: ExpectedResults,
  sentKeys: ReadonlySet<string>,
  feedPatterns: readonly string[] | undefined,
): Judgement {
  const { detections, announcedFeeds } = log;
  return judge({ expected, sentKeys, detections, feedPatterns, announcedFeeds });
}

function timeLimitOf(options: VerificationOptions): number {
  return options.timeLimitMs ?? 45_000;
}

function hostPort({ host, port }: ServiceAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
