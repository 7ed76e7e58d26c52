import type { RunMark } from '../envelope.js';
import { adviceOf } from './advice.js';
import type { Advice, Evidence } from './break-evidence.js';
import { namingOf, typeOf, type ReadConsoleEvent } from './console-event.js';
import { evidenceOf, type EvidenceInput } from './evidence.js';
import type { ConsoleJudgement } from './judge-console.js';

/**
 * Why it was not looked any longer. `complete`: everything is there. `time-limit`: it was over.
 * `search-failed`: a later search failed. `stopped`: by the caller's signal.
 */
export type ConsoleStop = 'complete' | 'time-limit' | 'search-failed' | 'stopped';

/** Status or evaluation events the console has. */
export interface NoticeCounts {
  readonly seen: number;
  /** Of these, Unknown or Stored. */
  readonly unnamed: number;
}

/** The outcome of a verification by the console. */
export interface ConsoleReport extends ConsoleJudgement {
  /** Every judged row passed, at least one is, and nothing was detected that no feed may know. */
  readonly passed: boolean;
  readonly passedRows: number;
  readonly failedRows: number;
  readonly runId: string;
  readonly sourceAddress: string;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly stopped: ConsoleStop;
  readonly evidence: Evidence;
  /** What must be missing; empty when nothing is. */
  readonly advice: readonly Advice[];
  readonly status: NoticeCounts;
  readonly evaluation: NoticeCounts;
}

export interface ConsoleReportInput extends Omit<EvidenceInput, 'rows'> {
  readonly mark: RunMark;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly stopped: ConsoleStop;
  readonly judgement: ConsoleJudgement;
  readonly notices: readonly ReadConsoleEvent[];
}

/** Puts the report together and decides whether the verification passed. */
export function buildConsoleReport(input: ConsoleReportInput): ConsoleReport {
  const { mark, startedAtMs, durationMs, stopped, judgement, notices, ...seen } = input;
  const { rows, unexpected } = judgement;
  const passedRows = rows.filter(({ result }) => result === 'pass').length;
  const evidence = evidenceOf({ ...seen, rows });
  return {
    ...judgement,
    passed:
      rows.length > 0 &&
      passedRows === rows.length &&
      unexpected.every(({ kind }) => kind !== 'clean'),
    passedRows,
    failedRows: rows.length - passedRows,
    ...mark,
    startedAtMs,
    durationMs,
    stopped,
    evidence,
    advice: adviceOf(evidence),
    status: countNotices(notices, 'Status'),
    evaluation: countNotices(notices, 'Evaluation'),
  };
}

/** How many of one type there are, and how many without a name. */
export function countNotices(
  notices: readonly ReadConsoleEvent[],
  type: 'Status' | 'Evaluation',
): NoticeCounts {
  const ofType = notices.filter((notice) => typeOf(notice) === type);
  const unnamed = ofType.filter((notice) => namingOf(notice) !== 'named').length;
  return { seen: ofType.length, unnamed };
}

/** The shape `--json` prints. Changes only by additions while `version` stays the same. */
export function consoleReportJson(report: ConsoleReport) {
  const { evidence } = report;
  return {
    version: 1,
    passed: report.passed,
    run: {
      id: report.runId,
      sourceAddress: report.sourceAddress,
      startedAt: new Date(report.startedAtMs).toISOString(),
      durationMs: report.durationMs,
      collector: evidence.collector,
      stopped: report.stopped,
    },
    counts: {
      events: evidence.events,
      sent: evidence.sent,
      rows: report.rows.length,
      passedRows: report.passedRows,
      failedRows: report.failedRows,
      verification: evidence.verification,
      detections: evidence.detections,
      status: report.status,
      evaluation: report.evaluation,
    },
    rows: report.rows.map(({ feed, table, indicator, expected, shown, result, note }) => ({
      feed,
      table,
      indicator,
      expected,
      result,
      note: note ?? null,
      shown:
        shown === undefined
          ? null
          : {
              eventName: shown.eventName,
              category: shown.categoryName,
              severity: shown.severity,
              logSource: shown.logSourceName,
              logSourceType: shown.logSourceTypeName,
              eventCount: shown.eventCount,
            },
    })),
    unexpected: report.unexpected,
    judgedFeeds: report.judgedFeeds,
    otherFeeds: report.otherFeeds,
    service: evidence.service,
    advice: report.advice,
  };
}
