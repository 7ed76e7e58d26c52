import { bad, type Indicator } from '../core/index.js';
import {
  domainIndicator,
  excerpt,
  hashIndicator,
  ipIndicator,
  urlIndicator,
  type Reading,
} from './read-indicator.js';

/** How each kind of field is read; hash fields are known in any letter case. */
const exactFields: ReadonlyMap<string, (text: string) => Reading> = new Map([
  ['mask', urlIndicator],
  ['url', urlIndicator],
  ['ip', ipIndicator],
  ['domain', domainIndicator],
  ['host', domainIndicator],
]);
const hashFields: ReadonlyMap<string, (text: string) => Reading> = new Map([
  ['md5', hashIndicator('md5', 32)],
  ['sha1', hashIndicator('sha1', 40)],
  ['sha256', hashIndicator('sha256', 64)],
]);

function readerOf(field: string): ((text: string) => Reading) | undefined {
  return (
    exactFields.get(field) ?? (field.length <= 6 ? hashFields.get(field.toLowerCase()) : undefined)
  );
}

export interface RecordIndicators {
  /** Distinct, in the record's order. */
  readonly indicators: readonly Indicator[];
  /** What stands in an indicator field and cannot be used, one sentence part for each. */
  readonly faults: readonly string[];
}

/**
 * The indicators of one record: the fields `mask`, `url`, `ip`, `domain`, `host` (letter case
 * counts: `IP` of a URL feed lists the addresses a host had, which is context) and `MD5`, `SHA1`,
 * `SHA256` in any letter case. Only the record's first level is looked at. A field may hold one
 * text or a list of texts; an empty one is absent.
 */
export function indicatorsOf(record: Readonly<Record<string, unknown>>): RecordIndicators {
  const indicators = new Map<string, Indicator>();
  const faults: string[] = [];
  for (const field of Object.keys(record)) {
    const read = readerOf(field);
    if (read === undefined) continue;
    const value = record[field];
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const text of values) {
      if (text === null || text === '') continue;
      const reading = typeof text === 'string' ? read(text) : bad('is not text');
      if (!reading.ok) faults.push(`${field} ${excerpt(text)} ${reading.problem}`);
      else indicators.set(`${reading.value.kind} ${reading.value.value}`, reading.value);
    }
  }
  return { indicators: [...indicators.values()], faults };
}
