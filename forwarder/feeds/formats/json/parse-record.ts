import { bad, ok, type Result } from '../../../core/index.js';
import { isObject } from '../../record-context.js';

/** A string, or a number outside of strings; strings are matched so that they can be passed over. */
const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/**
 * The fields of one record, or why its text is no JSON object. Never throws. A number that a double
 * does not hold exactly (an id of 20 digits, 1.50) comes out as text with the digits it came in
 * with. The text must be within limits of depth: both JSON.parse and the check here recurse.
 */
export function parseJsonRecord(text: string): Result<Readonly<Record<string, unknown>>, string> {
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
    if (hasInexactNumber(value)) value = parseWithNumbersAsText(text);
  } catch (error) {
    return bad(`not valid JSON: ${reasonOf(error)}`);
  }
  return isObject(value) ? ok(value) : bad('not a JSON object');
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

/** The parser's own words, which may quote the record, on one line. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, 200);
}
