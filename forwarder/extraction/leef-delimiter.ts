/** What may end a value: not a part of a word, not a part of a URL or of a pair itself. */
const possible = /^[\t |^~!$*;,<>"'`\\{}()\u0001-\u001f]$/;

/**
 * What a payload's own LEEF header says of its pairs. `none`: it is not LEEF. `default`: LEEF, whose
 * values end with a TAB (and, as some senders write it, with `|`). Any other text is the delimiter
 * that a LEEF 2.0 header names in its sixth part, as a character or as its code.
 *
 *     leefDelimiter('LEEF:2.0|Vendor|Product|1.0|id|^|src=192.0.2.1^dst=192.0.2.2')   // '^'
 *     leefDelimiter('LEEF:2.0|Vendor|Product|1.0|id|0x5E|src=192.0.2.1')             // '^'
 *
 * (IBM, "LEEF event components".)
 */
export function leefDelimiter(text: string): string {
  const header = text.indexOf('LEEF:');
  if (header < 0) return 'none';
  if (!text.startsWith('2.', header + 5)) return 'default';
  let at = header;
  for (let bars = 0; bars < 5; bars++) {
    at = text.indexOf('|', at) + 1;
    if (at === 0) return 'default';
  }
  const end = text.indexOf('|', at + 1);
  const part = end < 0 || end - at > 6 ? '' : text.slice(at, end);
  const code = /^(?:0?x|\\u)([0-9a-f]{1,4})$/i.exec(part)?.[1];
  const delimiter = code === undefined ? part : String.fromCharCode(Number.parseInt(code, 16));
  return possible.test(delimiter) ? delimiter : 'default';
}
