import { bad, ok, parseExactJson, type Result } from '../../../core/index.js';
import { isObject } from '../../record-context.js';

/**
 * The fields of one record, or why its text is no JSON object. Never throws. Numbers as
 * parseExactJson() gives them; the text must be within limits of depth.
 */
export function parseJsonRecord(text: string): Result<Readonly<Record<string, unknown>>, string> {
  const parsed = parseExactJson(text);
  if (!parsed.ok) return bad(`not valid JSON: ${parsed.problem}`);
  return isObject(parsed.value) ? ok(parsed.value) : bad('not a JSON object');
}
