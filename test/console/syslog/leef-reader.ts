/** What JSA would find in a LEEF line. */
export interface LeefContent {
  readonly vendor: string;
  readonly product: string;
  readonly eventId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Reads LEEF as JSA is described to, its weaknesses included, by code of its own: the code under test
 * must not be its own judge. Undefined when there is no header with all of its fields.
 *
 * - the header begins at the first `LEEF:` and is split on `|`; without its last pipe the attributes
 *   become part of the EventID;
 * - a key runs to the next `=`, its value to the next TAB (LEEF 2.0 may name another separator); both
 *   are trimmed, an empty value drops the key, the first of equal keys counts, nothing is escaped.
 */
export function readLeefContent(payload: string): LeefContent | undefined {
  const start = payload.indexOf('LEEF:');
  if (start < 0) return undefined;
  const [version = '', vendor = '', product = '', ...behind] = payload.slice(start + 5).split('|');
  const [productVersion, eventId = '', ...rest] = behind;
  if (!/^[12]\.0$/.test(version) || productVersion === undefined) return undefined;
  if ([vendor, product, eventId].some((field) => field.trim() === '')) return undefined;
  const [separator, body] = version === '2.0' ? separated(rest) : ['\t', rest.join('|')];
  return { vendor, product, eventId: eventId.trim(), attributes: attributesOf(body, separator) };
}

/** Separator and attributes of LEEF 2.0: the field may be missing, so that attributes follow at once. */
function separated(rest: readonly string[]): readonly [string, string] {
  const [field = '', ...attributes] = rest;
  const hex = /^0?x([\da-f]{1,4})$/i.exec(field)?.[1];
  if (attributes.length === 0) return ['\t', field];
  const separator = hex === undefined ? field : String.fromCharCode(Number.parseInt(hex, 16));
  return [separator === '' ? '\t' : separator, attributes.join('|')];
}

function attributesOf(body: string, separator: string): Readonly<Record<string, string>> {
  const attributes = Object.create(null) as Record<string, string>;
  let rest = body;
  while (rest !== '') {
    const equals = rest.indexOf('=');
    if (equals < 0) break;
    const key = rest.slice(0, equals).trim();
    const behind = rest.slice(equals + 1);
    const end = behind.indexOf(separator);
    const value = (end < 0 ? behind : behind.slice(0, end)).trim();
    if (key !== '' && value !== '' && !(key in attributes)) attributes[key] = value;
    rest = end < 0 ? '' : behind.slice(end + separator.length);
  }
  return attributes;
}
