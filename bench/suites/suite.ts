import type { BenchOptions, SuiteName } from '../options.js';
import type { Progress } from '../progress.js';

export interface SuiteContext {
  readonly options: BenchOptions;
  /** A directory of this run, removed after it. */
  readonly directory: string;
  readonly progress: Progress;
}

/** What a suite found: a text for people, and the same as data. */
export interface SuiteResult {
  readonly text: string;
  readonly data: object;
}

/** A question about the service and the runs that answer it. */
export interface Suite {
  readonly name: SuiteName;
  readonly summary: string;
  run(context: SuiteContext): Promise<SuiteResult>;
}
