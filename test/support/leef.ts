/**
 * A LEEF reader written for the tests, apart from dsm/leef: what JSA would read must not be judged
 * by the code that wrote it. Splits as IBM's own parser does: the header on "|", the attributes on
 * TAB, each attribute at its first "=".
 */
export interface ReadEvent {
  readonly host: string;
  readonly vendor: string;
  readonly product: string;
  readonly version: string;
  readonly eventId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const rfc3164 =
  /^<(\d{1,3})>(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 1-3]\d \d\d:\d\d:\d\d (\S+) (LEEF:.*)$/s;

/** Reads one received line; throws when it is not a well-formed event. */
export function readLeef(line: string): ReadEvent {
  const header = rfc3164.exec(line);
  if (header === null) throw new Error(`no RFC 3164 header: ${line}`);
  const parts = (header[4] ?? '').split('|');
  const [leef, vendor = '', product = '', version = '', eventId = ''] = parts;
  if (leef !== 'LEEF:1.0' || parts.length < 6) throw new Error(`no LEEF header: ${line}`);
  const attributes: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const pair of parts.slice(5).join('|').split('\t')) {
    const at = pair.indexOf('=');
    if (at < 1) throw new Error(`no key=value in "${pair}": ${line}`);
    const key = pair.slice(0, at);
    if (key in attributes) throw new Error(`key ${key} twice: ${line}`);
    attributes[key] = pair.slice(at + 1);
  }
  return { host: header[3] ?? '', vendor, product, version, eventId, attributes };
}
