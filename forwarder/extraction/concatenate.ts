/** Literal text, or the number of a group. */
type Piece = string | number;

/**
 * How the groups of a match make one value. `#N` is group N, `\#` a literal `#`; a `#N` beyond the
 * groups stays as text (CyberTrace help, page 171632). Compiled once, for a pattern with
 * `groupCount` groups.
 *
 *     compileConcatenation('#2_/_#1', 2)(['…', 'http://domain', '/my'])  // '/my_/_http://domain'
 */
export function compileConcatenation(
  template: string | undefined,
  groupCount: number,
): (groups: readonly string[]) => string {
  if (template === undefined) {
    // Without a template: the whole match, or all groups in order.
    return (groups) => (groupCount === 0 ? (groups[0] ?? '') : groups.slice(1).join(''));
  }
  const pieces: Piece[] = [];
  for (const [token, digits] of template.matchAll(/\\#|#(\d+)|[^\\#]+|[\\#]/g)) {
    const group = digits === undefined ? 0 : Number(digits);
    if (token === '\\#') pieces.push('#');
    else pieces.push(group >= 1 && group <= groupCount ? group : token);
  }
  return (groups) =>
    pieces.map((piece) => (typeof piece === 'number' ? (groups[piece] ?? '') : piece)).join('');
}
