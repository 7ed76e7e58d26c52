import type { ContextField } from '../core/index.js';
import type { RequestValue } from './request-values.js';

/** One answer beside those of the feeds. */
export interface Enrichment {
  /** Name of the dictionary or enricher. */
  readonly source: string;
  readonly category: string;
  /**
   * What was asked for. For an enricher: what it says it matched; else the first value of the
   * request, or the first observable; of neither any, an empty text.
   */
  readonly value: RequestValue;
  /** What is known about it, in the order of the file or of the enricher's answer. */
  readonly context: readonly ContextField[];
}
