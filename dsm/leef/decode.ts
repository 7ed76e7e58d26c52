import type { LeefHeader } from './encode.js';

export interface LeefEvent extends LeefHeader {
  /** What stands before `LEEF:`, a syslog header as a rule. */
  readonly prefix: string;
  readonly leefVersion: string;
  /** By key, in the order received; of a key that comes twice the first counts. */
  readonly attributes: ReadonlyMap<string, string>;
}

export type DecodedLeef =
  | { readonly ok: true; readonly event: LeefEvent }
  | { readonly ok: false; readonly problem: 'no_leef_header' | 'short_header' | 'bad_separator' };

/**
 * Reads a line as IBM's own LEEF reader does, its weaknesses included, because what it makes of a
 * line is what QRadar shows: the header starts at the first `LEEF:` and is split on `|`; a key runs
 * to the next `=`, its value to the next separator; both are trimmed; an empty value drops the key;
 * of equal keys the first counts; a piece without `=` becomes part of the next key. No backslash
 * means anything. LEEF 2.0 names its separator in a sixth field (`^`, `x5E`, `0x09`).
 *
 *     decodeLeef('LEEF:1.0|V|P|1|E|url=a=b<TAB>md5=-')
 *     → vendor V, product P, version 1, eventId E, attributes { url: 'a=b', md5: '-' }
 */
export function decodeLeef(line: string): DecodedLeef {
  const start = line.indexOf('LEEF:');
  if (start < 0) return { ok: false, problem: 'no_leef_header' };
  const text = withoutLineEnd(line);
  const fields: string[] = [];
  let position = start + 'LEEF:'.length;
  while (fields.length < 5) {
    const pipe = text.indexOf('|', position);
    // Without its closing pipe the EventID runs to the end of the line, attributes and all.
    fields.push(text.slice(position, pipe < 0 ? undefined : pipe));
    position = pipe < 0 ? text.length : pipe + 1;
    if (pipe < 0) break;
  }
  const [leefVersion, vendor, product, version, eventId] = fields;
  if (
    leefVersion === undefined ||
    vendor === undefined ||
    product === undefined ||
    version === undefined ||
    eventId === undefined
  ) {
    return { ok: false, problem: 'short_header' };
  }
  let separator = '\t';
  if (leefVersion.startsWith('2')) {
    const pipe = text.indexOf('|', position);
    if (pipe >= 0) {
      const named = separatorOf(text.slice(position, pipe));
      if (named === undefined) return { ok: false, problem: 'bad_separator' };
      separator = named;
      position = pipe + 1;
    }
  }
  const attributes = readAttributes(text, position, separator);
  const prefix = text.slice(0, start);
  return {
    ok: true,
    event: { prefix, leefVersion, vendor, product, version, eventId, attributes },
  };
}

function readAttributes(
  text: string,
  from: number,
  separator: string,
): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  let position = from;
  while (position < text.length) {
    const equals = text.indexOf('=', position);
    if (equals < 0) break;
    const key = text.slice(position, equals).trim();
    const found = text.indexOf(separator, equals + 1);
    const end = found < 0 ? text.length : found;
    const value = text.slice(equals + 1, end).trim();
    if (value !== '' && !attributes.has(key)) attributes.set(key, value);
    position = end + 1;
  }
  return attributes;
}

function separatorOf(field: string): string | undefined {
  if (field === '') return '\t';
  const hex = /^0?[xX]([0-9A-Fa-f]{1,4})$/.exec(field)?.[1];
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  return field.length === 1 ? field : undefined;
}

function withoutLineEnd(line: string): string {
  return line.replace(/\r?\n$/, '');
}
