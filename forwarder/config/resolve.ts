import { isAbsolute, join, resolve } from 'node:path';

import type { ConfigPath } from './config-path.js';
import type { FoundProblem } from './find-problems.js';
import type { ObjectNode, SchemaNode, ShorthandNode } from './schema-node.js';
import { describeExpected, showValue } from './show-value.js';

export interface ResolveContext {
  /** Finds the text of a secret: as it stands, or what `env:`, `file:` or `enc:` stands for. */
  readonly secret: (text: string) => { readonly text: string } | { readonly problem: string };
  /** Folder of the package, for paths that begin with `package:`. */
  readonly packageDirectory: string;
  /** The folder that relative paths start from. */
  readonly baseDirectory: string;
  /** The folder a relative path of this place starts from instead. */
  readonly directoryFor: (path: ConfigPath) => string | undefined;
  readonly report: (problem: FoundProblem) => void;
}

/**
 * Turns a value in the file's form into the loaded form: fills defaults in, converts texts with
 * units, finds secrets, and reports what JSON Schema cannot say. Values of the wrong shape are
 * passed over: the schema has reported them.
 */
export function resolveValue(
  node: SchemaNode,
  value: unknown,
  path: ConfigPath,
  context: ResolveContext,
): unknown {
  switch (node.kind) {
    case 'text':
      return typeof value === 'string' ? resolveText(node, value, path, context) : value;
    case 'choice':
      return node.values.find((one) => one === value) ?? upperCased(node.values, value);
    case 'measure':
      return resolveMeasure(node, value, path, context);
    case 'list':
      if (!Array.isArray(value)) return value;
      return value.map((item, index) => resolveValue(node.items, item, [...path, index], context));
    case 'map': {
      if (!isMapping(value)) return value;
      // Without a prototype: a field called "constructor" must not be found by accident.
      const result = Object.create(null) as Record<string, unknown>;
      for (const [key, item] of Object.entries(value)) {
        result[key] = resolveValue(node.values, item, [...path, key], context);
      }
      return result;
    }
    case 'object':
      return isMapping(value) ? resolveObject(node, value, path, context) : value;
    case 'or-false':
      return value === false ? false : resolveValue(node.whenOn, value, path, context);
    case 'shorthand':
      if (typeof value !== 'string') return resolveValue(node.full, value, path, context);
      return resolveObject(node.full, { [keyOfText(node, value)]: value }, path, context, true);
    case 'integer':
    case 'boolean':
    case 'anything':
      return value;
    default:
      return node satisfies never;
  }
}

/** The key that an entry written as one text stands for. */
function keyOfText({ key, otherKey }: ShorthandNode, value: string): string {
  return otherKey?.pattern.test(value) === true ? otherKey.key : key;
}

function resolveObject(
  node: ObjectNode,
  value: Readonly<Record<string, unknown>>,
  path: ConfigPath,
  context: ResolveContext,
  isShorthand = false,
): unknown {
  const result: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(node.properties)) {
    const given = Object.hasOwn(value, key) ? value[key] : child.defaultValue;
    if (given === undefined) continue;
    result[key] = resolveValue(child, given, isShorthand ? path : [...path, key], context);
  }
  return result;
}

function resolveText(
  node: Extract<SchemaNode, { kind: 'text' }>,
  value: string,
  path: ConfigPath,
  context: ResolveContext,
): string {
  if (node.isLegal?.(value) === false) report(node, value, path, context);
  switch (node.role) {
    case 'plain':
      return value;
    case 'path':
    case 'glob': {
      if (value.startsWith('package:')) return join(context.packageDirectory, value.slice(8));
      const directory = context.directoryFor(path);
      if (node.role === 'path') return resolve(directory ?? context.baseDirectory, value);
      return directory === undefined || isAbsolute(value) ? value : join(directory, value);
    }
    case 'secret': {
      const found = context.secret(value);
      if ('text' in found) return found.text;
      const { problem } = found;
      context.report({ path, isKey: false, found: problem, expected: describeExpected(node) });
      return '';
    }
    default:
      return node.role satisfies never;
  }
}

function resolveMeasure(
  node: Extract<SchemaNode, { kind: 'measure' }>,
  value: unknown,
  path: ConfigPath,
  context: ResolveContext,
): unknown {
  if (typeof value !== 'string') return value;
  const parsed = node.parse(value);
  if (!parsed.ok || parsed.value < node.minimum || parsed.value > node.maximum) {
    report(node, value, path, context);
    return value;
  }
  return parsed.value;
}

function report(node: SchemaNode, value: string, path: ConfigPath, context: ResolveContext): void {
  const expected = describeExpected(node);
  context.report({ path, isKey: false, found: showValue(value, node), expected });
}

function upperCased(values: readonly string[], value: unknown): unknown {
  return values.find((one) => typeof value === 'string' && one.toLowerCase() === value) ?? value;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
