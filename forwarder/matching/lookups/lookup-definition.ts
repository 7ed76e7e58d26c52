import type { IndicatorKind, LookupBuilder, ObservableKind } from '../../core/index.js';

/** Gives the text of an entry back: a lookup keeps hashes, and compares texts before it answers. */
export type EntryText = (entry: number) => string;

/**
 * One way to look indicators up. To add one: one file here and one line in index.ts; the suite
 * test/conformance/lookup-suite.ts then holds it to the naive scan by itself.
 */
export interface LookupDefinition {
  readonly name: string;
  /** The kinds of indicators it holds. */
  readonly indicators: readonly IndicatorKind[];
  /** The kinds of observables it is asked about; for others it finds nothing. */
  readonly observables: readonly ObservableKind[];
  /** `textOf` gives the normalised value of every entry that was added. */
  create(textOf: EntryText): LookupBuilder;
}
