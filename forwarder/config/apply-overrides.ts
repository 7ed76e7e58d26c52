import { formatPath } from './config-path.js';
import type { ConfigPath } from './config-path.js';
import type { Override } from './overrides.js';
import type { ConfigProblem, Place } from './problems.js';

type Holder = Record<string | number, unknown>;

export interface Applied {
  readonly value: unknown;
  /** By formatPath: which override a place and all below it come from. */
  readonly places: ReadonlyMap<string, Place>;
  readonly problems: readonly ConfigProblem[];
}

/** Puts overrides, in their order, into a copy of a configuration; the later one wins. */
export function applyOverrides(base: unknown, overrides: readonly Override[]): Applied {
  const value = isHolder(base) ? structuredClone(base) : {};
  const places = new Map<string, Place>();
  const problems: ConfigProblem[] = [];
  for (const { path, place, value: given } of overrides) {
    const problem = put(value, path, given);
    if (problem === undefined) {
      forgetBelow(places, formatPath(path));
      places.set(formatPath(path), place);
    } else {
      problems.push({ place, path: formatPath(path), ...problem });
    }
  }
  return { value, places, problems };
}

function put(
  root: Holder,
  path: ConfigPath,
  value: unknown,
): { readonly found: string; readonly expected: string } | undefined {
  let holder = root;
  for (const [depth, step] of path.entries()) {
    if (Array.isArray(holder) && typeof step === 'number' && step > holder.length) {
      const last = holder.length;
      return { found: `place ${step} of a list of ${last}`, expected: `a place from 0 to ${last}` };
    }
    if (depth === path.length - 1) {
      holder[step] = value;
      return undefined;
    }
    const next = Object.hasOwn(holder, step) ? holder[step] : undefined;
    // What was switched off (false) or written short is put in its long form by a key below it.
    holder[step] = isHolder(next)
      ? next
      : typeof path[depth + 1] === 'number'
        ? []
        : shortForm(next);
    holder = holder[step] as Holder;
  }
  return undefined;
}

/** A feed or collector that is written as one text becomes an object again. */
function shortForm(value: unknown): Holder {
  if (typeof value !== 'string') return {};
  return /^[a-z]+:\/\//i.test(value) ? { url: value } : { path: value };
}

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null;
}

function forgetBelow(places: Map<string, Place>, path: string): void {
  for (const known of places.keys()) {
    if (known.startsWith(`${path}.`) || known.startsWith(`${path}[`)) places.delete(known);
  }
}
