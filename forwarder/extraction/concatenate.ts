type Piece = { readonly text: string } | { readonly group: number };

/** Makes the value out of a match: `groups[0]` is the whole match, then the groups. */
export type Joiner = (groups: readonly string[]) => string;

/**
 * Compiles a `concatenate` rule: `#N` is group N, `\#` a literal `#`, all else stands for itself; a
 * `#N` beyond the number of groups stays as text. Without a rule all groups are joined in order;
 * without groups it is the whole match. (CyberTrace help, page 171632.)
 *
 * With groups 1 = `http://domain` and 2 = `/page/mypage`, `#2_/_#1` gives
 * `/page/mypage_/_http://domain`.
 */
export function compileJoiner(rule: string | undefined, groupCount: number): Joiner {
  if (rule === undefined) {
    return groupCount === 0 ? (groups) => groups[0] ?? '' : (groups) => groups.slice(1).join('');
  }
  const pieces = parse(rule, groupCount);
  return (groups) =>
    pieces.map((piece) => ('text' in piece ? piece.text : (groups[piece.group] ?? ''))).join('');
}

function parse(rule: string, groupCount: number): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const [token, number] of rule.matchAll(/\\#|#(\d+)|[^]/g)) {
    const group = Number(number);
    if (token === '\\#') pieces.push({ text: '#' });
    else if (number !== undefined && group >= 1 && group <= groupCount) pieces.push({ group });
    else pieces.push({ text: token });
  }
  return pieces;
}
