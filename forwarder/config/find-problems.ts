import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';

import { childOf, formatPath, nodeAt, valueAt, withKeys } from './config-path.js';
import type { ConfigPath } from './config-path.js';
import { toJsonSchema } from './json-schema.js';
import { nearest } from './nearest.js';
import { configSchema } from './schema.js';
import type { SchemaNode } from './schema-node.js';
import { describeExpected, showValue } from './show-value.js';

/** A problem whose place in the file is not looked up yet. `isKey`: it is the key that is wrong. */
export interface FoundProblem {
  readonly path: ConfigPath;
  readonly isKey: boolean;
  readonly found: string;
  readonly expected: string;
  readonly suggestion?: string | undefined;
}

let compiled: Promise<ValidateFunction> | undefined;

/**
 * Compiling costs a tenth of a second: once a process, and only when a configuration is loaded. That the
 * schema itself is right is held by a test: here it would cost as much again.
 */
async function compile(): Promise<ValidateFunction> {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const ajv = new Ajv2020({
    ...{ allErrors: true, strict: false, validateSchema: false, meta: false },
    // Making the code shorter takes longer than all that it is run for.
    code: { optimize: false },
  });
  return ajv.compile(toJsonSchema(configSchema));
}

/** Everything the schema says against a value, each place once. */
export async function findProblems(value: unknown): Promise<readonly FoundProblem[]> {
  compiled ??= compile();
  const validate = await compiled;
  if (validate(value)) return [];
  const problems = new Map<string, FoundProblem>();
  for (const error of validate.errors ?? []) {
    const problem = problemOf(error, value);
    if (problem === undefined) continue;
    const key = `${formatPath(problem.path)} ${problem.isKey}`;
    if (!problems.has(key)) problems.set(key, problem);
  }
  return [...problems.values()];
}

function problemOf(error: ErrorObject, root: unknown): FoundProblem | undefined {
  const path = pathOf(error.instancePath, root);
  const node = nodeAt(configSchema, path);
  if (node === undefined) return undefined;
  const value = valueAt(root, path);
  const params = error.params as Readonly<Record<string, string | undefined>>;
  const isHolder = typeof value === 'object' && value !== null && !Array.isArray(value);
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(path, params['additionalProperty'] ?? '', node);
    case 'required':
      return missingKey(path, params['missingProperty'] ?? '', node);
    case 'dependentRequired': {
      const problem = missingKey(path, params['missingProperty'] ?? '', node);
      const beside = params['property'] ?? '';
      return (
        problem && { ...problem, found: `"${beside}" without "${params['missingProperty'] ?? ''}"` }
      );
    }
    case 'not':
      return tooMany(path, withKeys(node), value);
    case 'anyOf':
    case 'const':
    case 'type':
      // Of a part with two forms, only the form that was chosen is worth an error.
      if (isHolder && withKeys(node).kind === 'object')
        return alternatives(path, withKeys(node), value);
      break;
    default:
      break;
  }
  return {
    path,
    isKey: false,
    found: Array.isArray(value) && value.length === 0 ? 'an empty list' : showValue(value, node),
    expected: describeExpected(node),
    suggestion: nearestWord(value, node),
  };
}

/** The problem of an object that has none of the keys of which it needs one. */
function alternatives(path: ConfigPath, node: SchemaNode, value: object): FoundProblem | undefined {
  if (node.kind !== 'object' || node.atLeastOneOf.length === 0) return undefined;
  if (node.atLeastOneOf.some((key) => Object.hasOwn(value, key))) return undefined;
  const keys = node.atLeastOneOf.map((key) => `"${key}"`);
  const found = keys.length === 2 ? `neither ${keys.join(' nor ')}` : `none of ${keys.join(', ')}`;
  return { path, isKey: false, found, expected: keys.join(' or ') };
}

/** The problem of an object that has several keys of which one at most may be there. */
function tooMany(path: ConfigPath, node: SchemaNode, value: unknown): FoundProblem | undefined {
  if (node.kind !== 'object' || typeof value !== 'object' || value === null) return undefined;
  const given = node.atMostOneOf.filter((key) => Object.hasOwn(value, key));
  const quoted = (keys: readonly string[], word: string): string =>
    keys.map((key) => `"${key}"`).join(` ${word} `);
  return {
    path,
    isKey: false,
    found: quoted(given, 'and'),
    expected: `one of ${quoted(node.atMostOneOf, 'or')}`,
  };
}

function missingKey(path: ConfigPath, key: string, node: SchemaNode): FoundProblem | undefined {
  const holder = withKeys(node);
  if (holder.kind === 'object' && holder.atLeastOneOf.includes(key)) return undefined;
  const child = childOf(node, key);
  const expected = child === undefined ? 'it' : describeExpected(child);
  return { path: [...path, key], isKey: false, found: 'nothing', expected };
}

function unknownKey(path: ConfigPath, key: string, node: SchemaNode): FoundProblem {
  const holder = withKeys(node);
  const known = holder.kind === 'object' ? Object.keys(holder.properties) : [];
  const elsewhere = (): string | undefined => placesOf(key)[0];
  return {
    path: [...path, key],
    isKey: true,
    found: 'an unknown key',
    expected: `one of ${known.join(', ')}`,
    suggestion: nearest(key, known) ?? elsewhere(),
  };
}

/** Where in the configuration a key belongs: `['intake.maxLineBytes']`. Lists are not entered. */
function placesOf(key: string, node: SchemaNode = configSchema, at: ConfigPath = []): string[] {
  const holder = withKeys(node);
  if (holder.kind !== 'object') return [];
  return Object.entries(holder.properties).flatMap(([name, child]) => {
    const path = [...at, name];
    const here =
      name.toLowerCase() === key.toLowerCase() && at.length > 0 ? [formatPath(path)] : [];
    return [...here, ...placesOf(key, child, path)];
  });
}

function nearestWord(value: unknown, node: SchemaNode): string | undefined {
  if (typeof value !== 'string') return undefined;
  const words = node.kind === 'choice' ? node.values : wordsOf(node);
  return nearest(value, words);
}

function wordsOf(node: SchemaNode): readonly string[] {
  const words = node.kind === 'measure' ? node.textSchema['enum'] : undefined;
  return Array.isArray(words) ? (words as readonly string[]) : [];
}

/** Reads a JSON pointer; a step into a list is a number. */
function pathOf(pointer: string, root: unknown): ConfigPath {
  const path: (string | number)[] = [];
  let value = root;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(name) : name);
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return path;
}
