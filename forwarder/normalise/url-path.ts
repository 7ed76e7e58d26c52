import { hasBadEscape, percentDecode } from './percent.js';

/** How escapes are undone: not at all, once, or once but for `%2a`, which would become a wildcard. */
export type Decoding = 'none' | 'once' | 'once-but-star';

function decode(text: string, decoding: Decoding): string {
  switch (decoding) {
    case 'none':
      return text;
    case 'once':
      return percentDecode(text);
    case 'once-but-star':
      return text.split(/%2a/i).map(percentDecode).join('%2a');
    default:
      return decoding satisfies never;
  }
}

/**
 * Lower case of each character by itself. JavaScript writes a sigma at the end of a word otherwise
 * than within one; a mask's fixed part must not change with what `*` stands for.
 */
function lowerCase(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ');
}

/** The segments of a path: `.` and `..` resolved (RFC 3986 §5.2.4), empty ones dropped. */
function segmentsOf(path: string): string[] {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') kept.pop();
    else kept.push(segment);
  }
  return kept;
}

/** Takes blanks, `.` and `..` off the end, as if the path were read once more without the blanks. */
function trimLast(segments: string[]): void {
  for (let last = segments.pop(); last !== undefined; last = segments.pop()) {
    const trimmed = last.trimEnd();
    if (trimmed === '..') segments.pop();
    else if (trimmed !== '' && trimmed !== '.') {
      segments.push(trimmed);
      return;
    }
  }
}

/** Whether a path ends in a slash or a dot, however it is written. */
export function isOpenPath(path: string, decoding: Decoding): boolean {
  if (/[./\\]$/.test(path.slice(-1))) return true;
  return decoding !== 'none' && /^%(?:2e|2f|5c)$/i.test(path.slice(-3));
}

/**
 * The normal form of a path, without slashes at its ends: resolved, its escapes undone, each `\` a
 * `/`, and resolved once more, since escapes may hide slashes and dots; lower case. `isLast`: no
 * query follows, so that blanks at the end are the URL's end.
 */
export function normalisePath(path: string, decoding: Decoding, isLast: boolean): string {
  if (path === '' || path === '/') return '';
  let segments = segmentsOf(path);
  const resolved = segments.join('/');
  const decoded = decode(resolved, decoding).replaceAll('\\', '/');
  if (decoded !== resolved) segments = segmentsOf(decoded);
  if (isLast) trimLast(segments);
  return lowerCase(segments.join('/'));
}

/** Where the text ends without the blanks and `/.` at its end. */
function queryEnd(text: string): number {
  let end = text.length;
  for (;;) {
    if (text.endsWith('/.', end)) end -= 2;
    else if (end > 0 && text.charAt(end - 1).trim() === '') end--;
    else return end;
  }
}

/**
 * The normal form of a query without its `?`; `+` stays, an escaped NUL goes. A query with a bad
 * escape is not decoded, and its `+` becomes `%2b`: the form in which the feeds have it.
 */
export function normaliseQuery(query: string, decoding: Decoding): string {
  let decoded = query;
  if (decoding !== 'none' && query.includes('%')) {
    const withoutNul = query.replaceAll('%00', '');
    decoded = hasBadEscape(withoutNul)
      ? withoutNul.replaceAll('+', '%2b')
      : decode(withoutNul, decoding);
  }
  const collapsed = decoded.includes('//') ? decoded.replace(/\/{2,}/g, '/') : decoded;
  return lowerCase(collapsed.slice(0, queryEnd(collapsed)));
}
