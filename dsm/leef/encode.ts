import { attributeKey, attributeValue, headerField } from './text.js';

/** The four fields of a LEEF header that tell QRadar whose event it is, and which. */
export interface LeefHeader {
  readonly vendor: string;
  readonly product: string;
  readonly version: string;
  /** First column of QRadar's event mapping; at most 255 characters are written. */
  readonly eventId: string;
}

/** `LEEF:1.0|vendor|product|version|eventId|`, its closing pipe included: QRadar needs it. */
export function encodeHeader({ vendor, product, version, eventId }: LeefHeader): string {
  const fields = [vendor, product, version, eventId].map(headerField);
  return `LEEF:1.0|${fields.join('|')}|`;
}

/**
 * One LEEF 1.0 event in one line without a line end: the header, then `key=value` separated by TAB,
 * in the order given. A key comes once, the first wins. Whatever the texts hold, a reader finds
 * exactly these keys and no second line: see text.ts for what is replaced.
 *
 *     encodeLeef({ vendor: 'V', product: 'P', version: '1', eventId: 'E|x' }, [['url', 'a\tb=1'], ['md5', '']])
 *     → LEEF:1.0|V|P|1|E_x|url=a b=1<TAB>md5=-
 */
export function encodeLeef(
  header: LeefHeader,
  attributes: Iterable<readonly [key: string, value: string]>,
): string {
  const seen = new Set<string>();
  const pairs: string[] = [];
  for (const [name, value] of attributes) {
    const key = attributeKey(name);
    if (seen.has(key)) continue;
    seen.add(key);
    pairs.push(`${key}=${attributeValue(value)}`);
  }
  return encodeHeader(header) + pairs.join('\t');
}
