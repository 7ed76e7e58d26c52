import { bad, ok } from '../core/index.js';
import type { Result } from '../core/index.js';
import { coerce } from './coerce.js';
import { childOf, formatPath, withKeys } from './config-path.js';
import type { ConfigPath } from './config-path.js';
import { nearest } from './nearest.js';
import type { ConfigProblem, Place } from './problems.js';
import { configSchema } from './schema.js';
import type { SchemaNode } from './schema-node.js';

/** One value that the environment or an argument puts in place of the file's. */
export interface Override {
  readonly place: Place;
  readonly path: ConfigPath;
  readonly value: unknown;
}

export interface Overrides {
  readonly overrides: readonly Override[];
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
}

/** Variables that begin with TF_ and are not configuration; the reference page lists them. */
export const otherVariables: readonly string[] = ['TF_DATA_DIR', 'TF_SECRETS_KEY_FILE'];

const prefix = 'TF_';

/**
 * Reads `TF_SECTION__KEY` variables, e.g. `TF_DELIVERY__COLLECTORS`. Letter case and single
 * underscores inside a name do not count: `TF_INTAKE__MAX_LINE_BYTES` is `intake.maxLineBytes`.
 *
 * Only names with two underscores, and the top-level keys that are no sections (`TF_IDENTIFIER`), are
 * surely meant for us; other programs use the prefix too. Of those a name that is nearly right is
 * an error, any other is left alone.
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Overrides {
  const overrides: Override[] = [];
  const problems: ConfigProblem[] = [];
  const warnings: string[] = [];
  for (const name of Object.keys(env).sort()) {
    const text = env[name];
    if (text === undefined || !name.startsWith(prefix) || otherVariables.includes(name)) continue;
    const place: Place = { kind: 'env', name };
    const steps = name.slice(prefix.length).split('__');
    const isNested = steps.length > 1;
    const found = findPlace(steps, matchesLoosely, false);
    if (!found.ok) {
      const { expected, suggestion: path = '' } = found.problem;
      const rest = steps.slice(path.split('.').length);
      const suggestion = path === '' ? undefined : [envNameOf(path), ...rest].join('__');
      if (!isNested && suggestion === undefined) continue;
      problems.push({ place, path: '', found: 'no key of that name', expected, suggestion });
      continue;
    }
    const { path, node } = found.value;
    if (!isNested && withKeys(node).kind === 'object' && !/^\s*(?:\{|false\s*$)/.test(text)) {
      warnings.push(
        `${name} is ignored: "${formatPath(path)}" is a section; set its keys, such as ${name}__…`,
      );
      continue;
    }
    take(found.value, text, place, overrides, problems);
  }
  return { overrides, problems, warnings };
}

/** Reads `path=value` arguments, e.g. `intake.jsa.listen=0.0.0.0:9995`, in their order. */
export function readArguments(set: readonly string[]): Overrides {
  const overrides: Override[] = [];
  const problems: ConfigProblem[] = [];
  for (const argument of set) {
    const at = argument.indexOf('=');
    const pathText = at < 0 ? argument : argument.slice(0, at).trim();
    const place: Place = { kind: 'set', argument: pathText.slice(0, 120) };
    if (at < 0) {
      const expected = 'PATH=VALUE, such as log.level=debug';
      problems.push({ place, path: '', found: 'no "="', expected });
      continue;
    }
    const found = findPlace(stepsOf(pathText), (key, step) => key === step, true);
    if (found.ok) take(found.value, argument.slice(at + 1), place, overrides, problems);
    else problems.push({ place, path: '', found: 'no key of that name', ...found.problem });
  }
  return { overrides, problems, warnings: [] };
}

interface FoundPlace {
  readonly path: ConfigPath;
  readonly node: SchemaNode;
}

interface Unknown {
  readonly expected: string;
  readonly suggestion?: string | undefined;
}

function take(
  { path, node }: FoundPlace,
  text: string,
  place: Place,
  overrides: Override[],
  problems: ConfigProblem[],
): void {
  const value = coerce(node, text);
  if (value.ok) overrides.push({ place, path, value: value.value });
  else
    problems.push({ place, path: formatPath(path), found: value.problem, expected: 'valid JSON' });
}

/** `feeds[0].path` and `feeds.0.path` → `['feeds', '0', 'path']`; a quoted key may hold anything. */
function stepsOf(path: string): readonly string[] {
  const steps: string[] = [];
  for (const match of path.matchAll(/\["([^"]*)"\]|\[([0-9]+)\]|([^.[\]]+)/g)) {
    steps.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return steps;
}

function findPlace(
  steps: readonly string[],
  isMeant: (key: string, step: string) => boolean,
  mayNameMapKeys: boolean,
): Result<FoundPlace, Unknown> {
  let node: SchemaNode = configSchema;
  const path: (string | number)[] = [];
  for (const step of steps) {
    const holder = withKeys(node);
    if (holder.kind === 'object') {
      const keys = Object.keys(holder.properties);
      const key = keys.find((candidate) => isMeant(candidate, step));
      if (key === undefined) return bad(unknown(path, step, keys));
      path.push(key);
    } else if (holder.kind === 'list' && /^[0-9]{1,4}$/.test(step)) {
      path.push(Number(step));
    } else if (holder.kind === 'map' && mayNameMapKeys && step !== '__proto__') {
      path.push(step);
    } else {
      const whole = formatPath(path);
      return bad({ expected: `no key below ${whole}: give ${whole} as a whole, in JSON` });
    }
    const child = childOf(node, path.at(-1) ?? '');
    if (child !== undefined) node = child;
  }
  return steps.length === 0 ? bad({ expected: 'a key, such as log.level' }) : ok({ path, node });
}

function unknown(path: ConfigPath, step: string, keys: readonly string[]): Unknown {
  const meant = nearest(step.replaceAll('_', ''), keys);
  return {
    expected: `one of ${keys.join(', ')}${path.length === 0 ? '' : ` below ${formatPath(path)}`}`,
    suggestion: meant === undefined ? undefined : formatPath([...path, meant]),
  };
}

function matchesLoosely(key: string, step: string): boolean {
  return key.toLowerCase() === step.replaceAll('_', '').toLowerCase();
}

/** `intake.maxLineBytes` → `TF_INTAKE__MAX_LINE_BYTES`. */
export function envNameOf(path: string): string {
  const steps = path.split('.').map((step) => step.replace(/[A-Z]/g, '_$&').toUpperCase());
  return prefix + steps.join('__');
}
