import { bad, ok } from '../core/index.js';
import type { Result } from '../core/index.js';
import type { SchemaNode } from './schema-node.js';

const maxJsonDepth = 64;

/**
 * Reads the text of an environment variable or a `--set` as the value the schema declares there.
 * Lists are JSON or separated by commas, mappings are JSON. Text that does not fit its type is
 * handed on as it is: the schema then says what was expected. Fails only for bad JSON.
 */
export function coerce(node: SchemaNode, text: string): Result<unknown, string> {
  const trimmed = text.trim();
  switch (node.kind) {
    case 'boolean':
      return ok(trimmed === 'true' ? true : trimmed === 'false' ? false : text);
    case 'integer':
    case 'measure':
      return ok(/^-?[0-9]{1,15}$/.test(trimmed) ? Number(trimmed) : trimmed);
    case 'text':
    case 'choice':
      return ok(text);
    case 'list':
      if (trimmed.startsWith('[')) return parseJson(trimmed);
      return coerceAll(node.items, splitAtCommas(text));
    case 'or-false':
      if (trimmed === 'false') return ok(false);
      return trimmed.startsWith('{') ? parseJson(trimmed) : ok(text);
    case 'shorthand':
    case 'map':
    case 'object':
      return trimmed.startsWith('{') ? parseJson(trimmed) : ok(text);
    case 'anything':
      return /^[[{"]/.test(trimmed) ? parseJson(trimmed) : ok(text);
    default:
      return node satisfies never;
  }
}

function coerceAll(node: SchemaNode, texts: readonly string[]): Result<unknown, string> {
  const values: unknown[] = [];
  for (const text of texts) {
    const value = coerce(node, text);
    if (!value.ok) return value;
    values.push(value.value);
  }
  return ok(values);
}

/** Splits at commas that stand outside of all brackets: `a,b{c,d}` → `a`, `b{c,d}`. */
export function splitAtCommas(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const character = text[at];
    if (character === '{' || character === '[' || character === '(') depth += 1;
    else if (character === '}' || character === ']' || character === ')')
      depth = Math.max(0, depth - 1);
    else if (character === undefined || (character === ',' && depth === 0)) {
      const part = text.slice(start, at).trim();
      if (part !== '') parts.push(part);
      start = at + 1;
    }
  }
  return parts;
}

function parseJson(text: string): Result<unknown, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad('text that is no valid JSON');
  }
  return clean(value, 0);
}

/** Refuses what could do harm in parsed JSON: `__proto__` as a key, endless nesting. */
function clean(value: unknown, depth: number): Result<unknown, string> {
  if (depth > maxJsonDepth) return bad('JSON with too many levels');
  if (typeof value !== 'object' || value === null) return ok(value);
  if (Object.hasOwn(value, '__proto__')) return bad('the key "__proto__"');
  for (const item of Object.values(value)) {
    const result = clean(item, depth + 1);
    if (!result.ok) return result;
  }
  return ok(value);
}
