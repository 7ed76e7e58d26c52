import { bad, ok, type Indicator, type Result } from '../core/index.js';
import {
  normaliseHash,
  normaliseHost,
  normaliseUrlMask,
  parseCidr,
  parseIp,
} from '../normalise/index.js';

type Reading = Result<Indicator, string>;

/** A mask or an exact URL, with or without scheme. One without any fixed character is refused. */
function urlIndicator(text: string): Reading {
  const value = normaliseUrlMask(text)?.value;
  if (value === undefined) return bad('is no URL and no mask');
  if (!/[^*./?:]/.test(value)) return bad('would cover every URL');
  return ok({ kind: 'url', value });
}

/** An address or a range; a range of one address is that address. */
function ipIndicator(text: string): Reading {
  const ip = parseIp(text);
  if (ip !== undefined) return ok({ kind: 'ip', value: ip });
  const range = parseCidr(text);
  if (range === undefined) return bad('is no IP address and no range of addresses');
  if (range.bits === 0) return bad('would cover every address');
  if (range.bits < (range.family === 4 ? 32 : 128)) return ok({ kind: 'cidr', value: range.value });
  return ok({ kind: 'ip', value: range.value.slice(0, range.value.indexOf('/')) });
}

/** A host name; `*.` before it says nothing new, since a domain covers all below it. */
function domainIndicator(text: string): Reading {
  const trimmed = text.trim();
  const ip = parseIp(trimmed);
  if (ip !== undefined) return ok({ kind: 'ip', value: ip });
  const value = normaliseHost(trimmed.startsWith('*.') ? trimmed.slice(2) : trimmed);
  return value === undefined ? bad('is no host name') : ok({ kind: 'domain', value });
}

function hashIndicator(kind: 'md5' | 'sha1' | 'sha256', digits: number): (text: string) => Reading {
  return (text) => {
    const hash = normaliseHash(text);
    return hash?.kind === kind ? ok(hash) : bad(`is not ${digits} hex digits`);
  };
}

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
  const indicators: Indicator[] = [];
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
      else if (!includes(indicators, reading.value)) indicators.push(reading.value);
    }
  }
  return { indicators, faults };
}

function includes(indicators: readonly Indicator[], wanted: Indicator): boolean {
  return indicators.some(({ kind, value }) => kind === wanted.kind && value === wanted.value);
}

/** A value for a message: short, on one line, quoted. */
function excerpt(value: unknown): string {
  const text = typeof value === 'string' ? value : `(${typeof value})`;
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
