import type { Extraction, Observable } from '../core/index.js';
import type { IgnoredReason, Trace } from './findings.js';

/** An observable and where in the event it was found. */
export interface FoundValue {
  readonly observable: Observable;
  /** A field of the envelope, `payload`, `text` (raw event) or `event text` (configured rules). */
  readonly field: string;
  /** Number of UTF-16 code units before it in that field; for a concatenated value, before the match. */
  readonly offset: number;
}

/** A value that looked like an indicator and was not taken. */
export interface IgnoredValue {
  readonly rule: string;
  readonly text: string;
  readonly field: string;
  readonly offset: number;
  readonly reason: IgnoredReason;
}

/** An extraction with its reasons, for `explain`. */
export interface Explanation {
  readonly extraction: Extraction;
  /** Why this source was chosen. */
  readonly reason: string;
  /** One for each observable of the extraction, in its order. */
  readonly found: readonly FoundValue[];
  readonly ignored: readonly IgnoredValue[];
}

/** Runs an extraction and keeps what it tells on the way. */
export function explainWith(reason: string, run: (trace: Trace) => Extraction): Explanation {
  const found: FoundValue[] = [];
  const ignored: IgnoredValue[] = [];
  const extraction = run({
    found: (observable, field, offset) => found.push({ observable, field, offset }),
    ignored: (rule, text, field, offset, why) =>
      ignored.push({ rule, text, field, offset, reason: why }),
  });
  return { extraction, reason, found, ignored };
}
