import type { FeedProblem, FeedRecord, IndicatorKind } from '../../core/index.js';
import type { Passed } from '../../feeds/index.js';
import type { FeedOutcome, LeftOut, LeftOutReason } from './feed-outcome.js';

const problemsKept = 20;
const firstKept = 10;

interface Reason {
  count: number;
  readonly first: number[];
  example: string;
}

/** Counts what comes of the records of one feed. */
export class OutcomeTally {
  /** Records in the file that can be read, used or not. */
  read = 0;
  records = 0;
  problemCount = 0;
  readonly #problems: FeedProblem[] = [];
  readonly #indicators = new Map<IndicatorKind, number>();
  readonly #passed = new Map<Passed, number>();
  readonly #leftOut = new Map<LeftOutReason, Reason>();

  take({ indicators }: FeedRecord): void {
    this.records += 1;
    for (let at = 0; at < indicators.length; at++) {
      const { kind } = indicators[at] as FeedRecord['indicators'][number];
      this.#indicators.set(kind, (this.#indicators.get(kind) ?? 0) + 1);
    }
  }

  pass(what: Passed): void {
    this.#passed.set(what, (this.#passed.get(what) ?? 0) + 1);
  }

  /** A fault of a row. */
  problem(problem: FeedProblem): void {
    this.problemCount += 1;
    // Without the row: it is in the quarantine file.
    const { record, fault, reason } = problem;
    if (this.#problems.length < problemsKept) this.#problems.push({ record, fault, reason });
    this.leaveOut(fault, record, reason);
  }

  /** A record left out; `record` is its number, 0 when it has none. */
  leaveOut(why: LeftOutReason, record: number, detail: string): void {
    const known = this.#leftOut.get(why);
    if (known === undefined) {
      this.#leftOut.set(why, { count: 1, first: record > 0 ? [record] : [], example: detail });
      return;
    }
    known.count += 1;
    if (record > 0 && known.first.length < firstKept) known.first.push(record);
  }

  outcome(): Pick<
    FeedOutcome,
    'read' | 'records' | 'indicators' | 'passed' | 'leftOut' | 'problemCount' | 'problems'
  > {
    const leftOut = [...this.#leftOut].map(([why, reason]): LeftOut => ({ why, ...reason }));
    return {
      read: this.read,
      records: this.records,
      indicators: Object.fromEntries(this.#indicators),
      passed: Object.fromEntries(this.#passed),
      leftOut,
      problemCount: this.problemCount,
      problems: this.#problems,
    };
  }
}
