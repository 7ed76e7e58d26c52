import { bad, ok, type HashKind, type Indicator, type Result } from '../core/index.js';
import {
  normaliseHash,
  normaliseHost,
  normaliseUrlMask,
  parseCidr,
  parseIp,
} from '../normalise/index.js';

/** An indicator in its normal form, or why the text is none: the end of a sentence about it. */
export type Reading = Result<Indicator, string>;

/** A mask or an exact URL, with or without scheme. One without any fixed character is refused. */
export function urlIndicator(text: string): Reading {
  const value = normaliseUrlMask(text)?.value;
  if (value === undefined) return bad('is no URL and no mask');
  if (!/[^*./?:]/.test(value)) return bad('would cover every URL');
  return ok({ kind: 'url', value });
}

/** An address or a range; a range of one address is that address. */
export function ipIndicator(text: string): Reading {
  const ip = parseIp(text);
  if (ip !== undefined) return ok({ kind: 'ip', value: ip });
  const range = parseCidr(text);
  if (range === undefined) return bad('is no IP address and no range of addresses');
  if (range.bits === 0) return bad('would cover every address');
  if (range.bits < (range.family === 4 ? 32 : 128)) return ok({ kind: 'cidr', value: range.value });
  return ok({ kind: 'ip', value: range.value.slice(0, range.value.indexOf('/')) });
}

/** A host name; `*.` before it says nothing new, since a domain covers all below it. */
export function domainIndicator(text: string): Reading {
  const trimmed = text.trim();
  const ip = parseIp(trimmed);
  if (ip !== undefined) return ok({ kind: 'ip', value: ip });
  const value = normaliseHost(trimmed.startsWith('*.') ? trimmed.slice(2) : trimmed);
  return value === undefined ? bad('is no host name') : ok({ kind: 'domain', value });
}

/** Reads hashes of one kind; `digits` is the number of their hex digits, for the message. */
export function hashIndicator(kind: HashKind, digits: number): (text: string) => Reading {
  return (text) => {
    const hash = normaliseHash(text);
    return hash?.kind === kind ? ok(hash) : bad(`is not ${digits} hex digits`);
  };
}

/** A value for a message: short, on one line, quoted. */
export function excerpt(value: unknown): string {
  const text = typeof value === 'string' ? value : `(${typeof value})`;
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
