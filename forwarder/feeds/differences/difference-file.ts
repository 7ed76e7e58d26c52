import type { FieldRule } from '../formats/format.js';

/** One file of differences, unpacked. */
export interface DifferenceFile {
  /** The place that errors and problems name: a path, an address. */
  readonly origin: string;
  read(): AsyncIterable<Uint8Array>;
}

export interface DifferenceLimits {
  /** Changes in all files together, those that a later one replaces not counted. */
  readonly maxChanges: number;
  /** Characters of the records to put in, in all files together. */
  readonly maxLength: number;
}

/** Enough for a day of any published feed, and some hundred megabytes of memory at most. */
export const differenceLimits: DifferenceLimits = {
  maxChanges: 1_000_000,
  maxLength: 268_435_456,
};

/** How records of the snapshot and of its differences are read; both must be read alike. */
export interface DifferenceOptions {
  /** Name of the snapshot's format. */
  readonly format: string;
  readonly fields?: readonly FieldRule[] | undefined;
  readonly limits?: DifferenceLimits | undefined;
}
