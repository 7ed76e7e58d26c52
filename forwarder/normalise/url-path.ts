import { hasBadEscape, percentDecode } from './percent.js';

const repeatedSlash = /\/{2,}/g;

export function collapseSlashes(text: string): string {
  return text.includes('//') ? text.replace(repeatedSlash, '/') : text;
}

/** Splits an absolute path at `/`, resolves `.` and `..` (RFC 3986 §5.2.4) and drops empty segments. */
function segmentsOf(path: string): string[] {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') kept.pop();
    else kept.push(segment);
  }
  return kept;
}

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

/** The normal form of a path, without slashes at its ends. */
export function normalisePath(path: string, decoding: Decoding): string {
  if (path === '' || path === '/') return '';
  const resolved = segmentsOf(path).join('/');
  const slashed = resolved.includes('\\')
    ? resolved.replaceAll('\\', '/').split('/').filter(Boolean).join('/')
    : resolved;
  return decode(slashed, decoding).toLowerCase();
}

/** The normal form of a query without its `?`; `+` stays, an escaped NUL goes. */
export function normaliseQuery(query: string, decoding: Decoding): string {
  if (query === '') return '';
  const withoutNul = query.includes('%00') ? query.replaceAll('%00', '') : query;
  const decoded = hasBadEscape(withoutNul) ? withoutNul : decode(withoutNul, decoding);
  return collapseSlashes(decoded === '' ? withoutNul : decoded).toLowerCase();
}
