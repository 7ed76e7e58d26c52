import type { ForwardingFormat } from './envelope.js';
import type { InspectedLine } from './inspect.js';
import type { Judgement } from './judge.js';
import { answerQuestions, type QuestionAnswer, type QuestionFacts } from './questions.js';
import type { ReceivedCounts } from './run-log.js';

/**
 * Why the run ended. `complete`: everything expected was seen. `quiet`: no further detection for
 * the quiet time. `time-limit`: none at all. `stopped`: by the caller's signal.
 */
export type StopReason = 'complete' | 'quiet' | 'time-limit' | 'stopped';

/** The outcome of a verification run. */
export interface VerificationReport extends Judgement {
  /** All three questions answered with yes, every row passed, at least one row, nothing untoward. */
  readonly passed: boolean;
  /** Rows that passed and rows that failed. */
  readonly passedRows: number;
  readonly failedRows: number;
  /** One sentence for every reason why the run as a whole fell short; empty when it passed. */
  readonly shortcomings: readonly string[];
  readonly questions: readonly QuestionAnswer[];
  readonly runId: string;
  readonly sourceAddress: string;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly service: string;
  readonly collector: string;
  readonly format: ForwardingFormat;
  readonly stopped: StopReason;
  readonly events: number;
  readonly sent: number;
  readonly received: ReceivedCounts;
  /** The first lines JSA would not parse as meant, with the reasons. */
  readonly malformed: readonly InspectedLine[];
}

export interface ReportInput {
  readonly runId: string;
  readonly sourceAddress: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly format: ForwardingFormat;
  readonly stopped: StopReason;
  readonly judgement: Judgement;
  readonly facts: QuestionFacts;
  readonly malformed: readonly InspectedLine[];
}

/** Puts the report together and decides whether the verification passed. */
export function buildReport(input: ReportInput): VerificationReport {
  const { judgement, facts } = input;
  const questions = answerQuestions(facts);
  const failedRows = judgement.rows.filter((row) => !row.passed).length;
  const shortcomings = [
    ...questions.flatMap((answer) => answer.reasons),
    ...shortcomingsOf(judgement, failedRows),
    ...(input.stopped === 'stopped' ? ['the run was stopped before its end'] : []),
  ];
  return {
    ...judgement,
    passed: shortcomings.length === 0,
    passedRows: judgement.rows.length - failedRows,
    failedRows,
    shortcomings,
    questions,
    runId: input.runId,
    sourceAddress: input.sourceAddress,
    startedAtMs: input.startedAtMs,
    durationMs: input.durationMs,
    service: facts.service,
    collector: facts.collector,
    format: input.format,
    stopped: input.stopped,
    events: facts.events,
    sent: facts.sent,
    received: facts.received,
    malformed: input.malformed,
  };
}

function shortcomingsOf(judgement: Judgement, failedRows: number): readonly string[] {
  const reasons: string[] = [];
  if (judgement.rows.length === 0) {
    reasons.push('nothing was judged: no feed of the expected results is known to be loaded');
  }
  if (failedRows > 0) {
    reasons.push(`${failedRows} of ${judgement.rows.length} expected detections missed`);
  }
  for (const { kind, event, indicator, count } of judgement.unexpected) {
    switch (kind) {
      case 'clean':
        reasons.push(`${indicator} must give nothing and gave ${event}`);
        break;
      case 'duplicate':
        reasons.push(
          `${event} for ${indicator} came ${count === 1 ? 'once' : `${count} times`} too often`,
        );
        break;
      case 'other':
        // An additional feed may know a test indicator too; told in the report, no fault.
        break;
      default:
        kind satisfies never;
    }
  }
  return reasons;
}

/** The shape `--json` prints. Changes only by additions while `version` stays the same. */
export interface VerificationJson {
  readonly version: 1;
  readonly passed: boolean;
  readonly shortcomings: readonly string[];
  readonly run: {
    readonly id: string;
    readonly sourceAddress: string;
    readonly startedAt: string;
    readonly durationMs: number;
    readonly service: string;
    readonly collector: string;
    readonly format: ForwardingFormat;
    readonly stopped: StopReason;
  };
  readonly counts: ReceivedCounts & {
    readonly events: number;
    readonly sent: number;
    readonly rows: number;
    readonly passedRows: number;
    readonly failedRows: number;
  };
  readonly questions: readonly QuestionAnswer[];
  readonly rows: readonly {
    readonly feed: string;
    readonly table: string;
    readonly indicator: string;
    readonly expected: string;
    readonly seen: string | null;
    readonly result: 'pass' | 'miss';
    readonly note: string | null;
  }[];
  readonly unexpected: Judgement['unexpected'];
  readonly judgedFeeds: readonly string[];
  readonly otherFeeds: readonly string[];
  readonly malformed: readonly { readonly line: string; readonly problems: readonly string[] }[];
}

/** The report as plain data for JSON.stringify; absent values are null, times ISO 8601. */
export function toJson(report: VerificationReport): VerificationJson {
  return {
    version: 1,
    passed: report.passed,
    shortcomings: report.shortcomings,
    run: {
      id: report.runId,
      sourceAddress: report.sourceAddress,
      startedAt: new Date(report.startedAtMs).toISOString(),
      durationMs: report.durationMs,
      service: report.service,
      collector: report.collector,
      format: report.format,
      stopped: report.stopped,
    },
    counts: {
      events: report.events,
      sent: report.sent,
      ...report.received,
      rows: report.rows.length,
      passedRows: report.passedRows,
      failedRows: report.failedRows,
    },
    questions: report.questions,
    rows: report.rows.map((row) => ({
      feed: row.feed,
      table: row.table,
      indicator: row.indicator,
      expected: row.expected,
      seen: row.seen ?? null,
      result: row.passed ? 'pass' : 'miss',
      note: row.note ?? null,
    })),
    unexpected: report.unexpected,
    judgedFeeds: report.judgedFeeds,
    otherFeeds: report.otherFeeds,
    malformed: report.malformed.map(({ text, problems }) => ({ line: text, problems })),
  };
}
