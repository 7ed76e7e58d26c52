import { messageOf } from './errors.js';
import { bad, ok } from './result.js';
import type { Result } from './result.js';

/** A string, or a number outside of strings; strings are matched so that they can be passed over. */
const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/**
 * What a text of JSON says, or why it is none, in the parser's own words, which may quote the text.
 * Never throws. A number that a double does not hold exactly (an id of 20 digits, 1.50) comes out as
 * text with the digits it came in with, and so do then all others of the text. The text must be within
 * limits of depth: both JSON.parse and the check here recurse.
 */
export function parseExactJson(text: string): Result<unknown, string> {
  try {
    const value = JSON.parse(text) as unknown;
    return ok(hasInexactNumber(value) ? parseWithNumbersAsText(text) : value);
  } catch (error) {
    return bad(
      messageOf(error)
        .replace(/[\u0000-\u001f\u007f]+/g, ' ')
        .slice(0, 200),
    );
  }
}

function hasInexactNumber(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return false;
  for (const child of Object.values(value)) if (hasInexactNumber(child)) return true;
  return false;
}

function parseWithNumbersAsText(text: string): unknown {
  return JSON.parse(
    text.replace(stringOrNumber, (token) => (token.startsWith('"') ? token : `"${token}"`)),
  ) as unknown;
}
