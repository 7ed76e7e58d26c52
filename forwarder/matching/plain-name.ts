import { codeAt } from '../normalise/index.js';

const dot = 0x2e;
const dash = 0x2d;
const underscore = 0x5f;

/**
 * Whether a host is a name as nearly all are: lower-case letters, digits, `-`, `_` and single dots,
 * beginning with a letter or digit, ending with a letter, at least two labels. Word for word what
 * the scanner sees of it, so that no more thought is needed.
 */
export function isPlainName(text: string): boolean {
  let previous = dot;
  let hasDot = false;
  for (let at = 0; at < text.length; at++) {
    const code = codeAt(text, at);
    if (code === dot) {
      if (previous === dot) return false;
      hasDot = true;
    } else if (code === dash || code === underscore) {
      if (at === 0) return false;
    } else if (!((code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39))) return false;
    previous = code;
  }
  return hasDot && previous >= 0x61 && previous <= 0x7a;
}
