import { messageOf } from '../../core/index.js';

/** A string, or a number outside of strings; strings are matched so that they can be passed over. */
const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/**
 * A record out of its text; or, as text, why it is none. A number that a double does not hold exactly
 * (an id of 20 digits, 1.50) comes out as text with the digits it came in with. The text must be
 * within limits of depth.
 */
export function parseRecord(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return hasInexactNumber(value) ? withNumbersAsText(text) : value;
  } catch (error) {
    return `the record is no JSON: ${reasonOf(error)}`;
  }
}

function hasInexactNumber(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasInexactNumber);
}

function withNumbersAsText(text: string): unknown {
  return JSON.parse(
    text.replace(stringOrNumber, (token) => (token.startsWith('"') ? token : `"${token}"`)),
  ) as unknown;
}

/** The parser's own words, on one line. */
function reasonOf(error: unknown): string {
  return messageOf(error)
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .slice(0, 200);
}
