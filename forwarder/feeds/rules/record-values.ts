import type { FeedRecord } from '../../core/index.js';
import { valuesAt } from '../field-path.js';

/**
 * The values that a rule of a feed means by a path. A record of a format without fields (a list) has
 * its indicators only: `indicator` are their values, in normal form, and `kind` their kinds.
 */
export function ruleValues({ fields, indicators }: FeedRecord, path: string): readonly string[] {
  if (fields !== undefined) return valuesAt(fields, path);
  switch (path) {
    case 'indicator':
      return indicators.map(({ value }) => value);
    case 'kind':
      return indicators.map(({ kind }) => kind);
    default:
      return [];
  }
}
