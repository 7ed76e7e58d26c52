import { bad, ok, type FieldTree, type Indicator } from '../core/index.js';
import { normaliseHash, refang } from '../normalise/index.js';
import { valuesAt } from './field-path.js';
import type { FieldKind, FieldRule } from './formats/format.js';
import { listIndicator } from './formats/list/indicator.js';
import { urlValue } from './formats/url-value.js';
import {
  domainIndicator,
  excerpt,
  hashIndicator,
  ipIndicator,
  type Reading,
} from './read-indicator.js';
import type { RecordIndicators } from './record-indicators.js';

const readers: Readonly<Record<FieldKind, (text: string) => Reading>> = {
  url: urlValue,
  domain: (text) => domainIndicator(refang(text)),
  ip: (text) => ipIndicator(refang(text)),
  md5: hashIndicator('md5', 32),
  sha1: hashIndicator('sha1', 40),
  sha256: hashIndicator('sha256', 64),
  hash(text) {
    const hash = normaliseHash(text);
    return hash === undefined ? bad('is no MD5, SHA-1 or SHA-256') : ok(hash);
  },
  any: listIndicator,
};

/** Reads a value as what its field says it is; defanged spellings (`hxxp://a[.]b`) are undone. */
export function readAs(kind: FieldKind, text: string): Reading {
  return readers[kind](text.trim());
}

/**
 * The indicators of a record where the configuration says which fields hold them, in the order of
 * the rules; distinct. A field that is absent or empty holds none.
 */
export function indicatorsByFields(
  record: FieldTree,
  rules: readonly FieldRule[],
): RecordIndicators {
  const indicators = new Map<string, Indicator>();
  const faults: string[] = [];
  for (const { path, kind } of rules) {
    for (const text of valuesAt(record, path)) {
      if (text.trim() === '') continue;
      const reading = readAs(kind, text);
      if (reading.ok) indicators.set(`${reading.value.kind} ${reading.value.value}`, reading.value);
      else faults.push(`${path} ${excerpt(text)} ${reading.problem}`);
    }
  }
  return { indicators: [...indicators.values()], faults };
}
