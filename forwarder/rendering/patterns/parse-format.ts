/** A piece of a format: text as it stands, or the name between two `%`. */
export type FormatPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'pattern'; readonly name: string };

// The name of an XML element, which a rule's name is in CyberTrace's configuration.
const pattern = /%([\p{L}_][\p{L}\p{N}_.-]*)%/gu;

/**
 * Takes a format apart. A `%` that does not begin a pattern is text. Letter case counts: the vendor's
 * pages write every name in one way only (CyberTrace help, page 197106).
 *
 *     100% %Category%: %RE_URL%
 *     → text "100% ", pattern Category, text ": ", pattern RE_URL
 */
export function parseFormat(format: string): readonly FormatPart[] {
  const parts: FormatPart[] = [];
  let end = 0;
  for (const match of format.matchAll(pattern)) {
    if (match.index > end) parts.push({ kind: 'text', text: format.slice(end, match.index) });
    parts.push({ kind: 'pattern', name: match[1] ?? '' });
    end = match.index + match[0].length;
  }
  if (end < format.length) parts.push({ kind: 'text', text: format.slice(end) });
  return parts;
}
