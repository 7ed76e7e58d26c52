import type { KlFields, LookupFunction } from '../kl-fields.js';
import type { LookupKind } from '../lookup-object.js';
import { lookupFunctions, reservedNames } from './list.js';

/** The README calls this function by two names. */
const otherNames = new Map([['get_ip_filehostdownload_report', 'get_ip_report_file']]);

/** The function of this name; undefined when there is none. */
export function functionNamed(name: string): LookupFunction | undefined {
  const wanted = otherNames.get(name) ?? name;
  return lookupFunctions.find((one) => one.name === wanted);
}

/** The most general function of a kind: `get_<kind>_report`. */
export function defaultFunctionFor(kind: LookupKind): LookupFunction {
  const found = lookupFunctions.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`there is no function for ${kind}`);
  return found;
}

/** The name of a field without the `$` that people may write. */
export function plainName(name: string): string {
  return name.startsWith('$') ? name.slice(1) : name;
}

/** Whether a name is that of a pattern with some role: `KLOwnerEmail` of `KL<Role>Email`. Not when it means something else. */
export function isOfPattern(name: string, pattern: string): boolean {
  const [start, end] = pattern.split('<Role>');
  if (start === undefined || end === undefined || reservedNames.has(name)) return false;
  if (!name.startsWith(start) || !name.endsWith(end)) return false;
  return /^[A-Z0-9][A-Za-z0-9]*$/.test(name.slice(start.length, name.length - end.length));
}

/** Whether a function can give a field; name or right spelling, with or without `$`, letter case counts. */
export function givesField(lookupFunction: LookupFunction, name: string): boolean {
  const wanted = plainName(name);
  return lookupFunction.rules.some(
    (rule) => rule.name === wanted || rule.alias === wanted || isOfPattern(wanted, rule.name),
  );
}

/**
 * The fewest functions of a kind that give these fields, each one being a request; of several choices
 * the one with the more general functions, whose replies serve other questions too. Names that no
 * function of the kind gives are passed over.
 */
export function functionsOfFields(
  kind: LookupKind,
  fieldNames: readonly string[],
): readonly LookupFunction[] {
  const functions = lookupFunctions.filter((one) => one.kind === kind);
  const given = functions.map((one) => fieldNames.filter((name) => givesField(one, name)));
  const wanted = new Set(given.flat()).size;
  let best: readonly number[] = [...functions.keys()];
  // At most six functions: 64 choices. Lower numbers have the functions that come first.
  for (let choice = 0; choice < 2 ** functions.length; choice++) {
    const chosen = [...functions.keys()].filter((at) => (choice >> at) & 1);
    if (chosen.length >= best.length) continue;
    if (new Set(chosen.flatMap((at) => given[at] ?? [])).size === wanted) best = chosen;
  }
  return functions.filter((_, at) => best.includes(at));
}

/** The fields of these names, with or without `$`, in the order in which they are asked for. */
export function pickFields(fields: KlFields, names: readonly string[]): KlFields {
  return new Map(
    names.flatMap((name) => {
      const value = fields.get(plainName(name));
      return value === undefined ? [] : [[plainName(name), value] as const];
    }),
  );
}
