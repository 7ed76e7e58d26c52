import type { SchemaNode } from './schema-node.js';
import { withoutCredentials } from './values/collector-url.js';

const longestShown = 60;

/** A value as an error message may show it: short, on one line, never a secret. */
export function showValue(value: unknown, node?: SchemaNode): string {
  if (isSecret(node)) return '(hidden)';
  switch (typeof value) {
    case 'string':
      return JSON.stringify(shorten(withoutCredentials(value)));
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      return value === null || value === undefined
        ? 'nothing'
        : Array.isArray(value)
          ? 'a list'
          : 'a mapping';
  }
}

export function isSecret(node: SchemaNode | undefined): boolean {
  return node?.kind === 'text' && node.role === 'secret';
}

function shorten(text: string): string {
  // A cut in the middle of a surrogate pair would leave half a character.
  return text.length <= longestShown
    ? text
    : `${text.slice(0, longestShown).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** What an error message says a node takes: `an integer from 1 to 100`. */
export function describeExpected(node: SchemaNode): string {
  if (node.expected !== undefined) return node.expected;
  switch (node.kind) {
    case 'text':
      return node.minLength > 0
        ? `a text of ${node.minLength} to ${node.maxLength} characters`
        : 'a text';
    case 'integer':
    case 'measure':
      return `a whole number from ${node.minimum} to ${node.maximum}`;
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${node.values.join(', ')}`;
    case 'list':
      return node.minItems > 0 ? 'a list that is not empty' : 'a list';
    case 'map':
      return 'a mapping of texts';
    case 'object':
      return `a mapping with keys of ${Object.keys(node.properties).join(', ')}`;
    case 'or-false':
      return `false, or ${describeExpected(node.whenOn)}`;
    case 'shorthand':
      return `${describeExpected(node.text)}; or ${describeExpected(node.full)}`;
    case 'anything':
      return 'any value';
    default:
      return node satisfies never;
  }
}
