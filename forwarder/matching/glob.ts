/** For each place of the pattern: how much of its beginning stands right before it (Knuth, Morris, Pratt). */
function bordersOf(pattern: string): Int32Array {
  const borders = new Int32Array(pattern.length);
  let length = 0;
  for (let at = 1; at < pattern.length; at++) {
    while (length > 0 && pattern[at] !== pattern[length]) length = borders[length - 1] ?? 0;
    if (pattern[at] === pattern[length]) length++;
    borders[at] = length;
  }
  return borders;
}

/** Short patterns are found by the engine's own search: their length bounds what that can cost. */
const shortPattern = 16;

/** Where the pattern first stands in `text` at or after `from` and wholly before `end`; -1 if nowhere. */
function find(text: string, pattern: string, from: number, end: number): number {
  if (pattern.length <= shortPattern) {
    const found = text.indexOf(pattern, from);
    return found + pattern.length <= end ? found : -1;
  }
  const borders = bordersOf(pattern);
  let length = 0;
  for (let at = from; at < end; at++) {
    while (length > 0 && text[at] !== pattern[length]) length = borders[length - 1] ?? 0;
    if (text[at] === pattern[length]) length++;
    if (length === pattern.length) return at - length + 1;
  }
  return -1;
}

/**
 * Whether a mask covers a text: `*` stands for any text, the empty one included, every other
 * character for itself, and the mask must cover the text from its first to its last character.
 * Linear in the text for each mask, whatever both hold: taking the first place where each fixed
 * part fits is always right when `*` is the only wildcard, so nothing is ever tried twice.
 */
export function matchesGlob(mask: string, text: string): boolean {
  const parts = mask.split('*');
  const first = parts[0] ?? '';
  if (parts.length === 1) return mask === text;
  const last = parts[parts.length - 1] ?? '';
  const end = text.length - last.length;
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (let index = 1; index < parts.length - 1; index++) {
    const part = parts[index] ?? '';
    const found = find(text, part, at, end);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}
