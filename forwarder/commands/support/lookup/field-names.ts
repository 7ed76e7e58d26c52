import { ServiceError } from '../../../core/index.js';
import { nearest } from '../../../config/nearest.js';
import { givesField, lookupFunctions, plainName } from '../../../lookup/functions/index.js';
import type { LookupFunction } from '../../../lookup/kl-fields.js';

/**
 * The names of --fields, without `$`, each once; undefined when the option is not there. Throws
 * ServiceError TF_USAGE for a name that none of the functions (of all functions, when none is named)
 * can give.
 */
export function readFieldNames(
  given: unknown,
  functions: readonly LookupFunction[],
): readonly string[] | undefined {
  if (typeof given !== 'string') return undefined;
  const names = given.split(',').map((name) => plainName(name.trim()));
  const wanted = [...new Set(names.filter((name) => name !== ''))];
  if (wanted.length === 0) throw problem('it names no field', 'name some: KLZone,KLHits');
  const givers = functions.length === 0 ? lookupFunctions : functions;
  for (const name of wanted) {
    if (givers.some((one) => givesField(one, name))) continue;
    const owner = lookupFunctions.find((one) => givesField(one, name));
    if (owner !== undefined) {
      throw problem(
        `none of the functions named gives ${name}`,
        `name ${owner.name} too, or no function`,
      );
    }
    const near = nearest(name, givers.flatMap(documentedNames));
    throw problem(
      `there is no field "${name}"`,
      near === undefined
        ? 'docs/reference/lookup-fields.md lists them'
        : `perhaps ${near} is meant`,
    );
  }
  return wanted;
}

/** Every name a function gives whatever the reply says: those of contacts depend on it. */
export function documentedNames({ rules }: LookupFunction): readonly string[] {
  return rules
    .flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias]))
    .filter((name) => !name.includes('<'));
}

/**
 * The columns that rows get: the fields asked for; else those the functions document, in their order,
 * each once. Right spellings beside misspelt names and contacts only when they are asked for.
 */
export function columnNames(
  functions: readonly LookupFunction[],
  fields: readonly string[] | undefined,
): readonly string[] {
  if (fields !== undefined) return fields;
  const names = functions.flatMap(({ rules }) => rules.map(({ name }) => name));
  return [...new Set(names.filter((name) => !name.includes('<')))];
}

function problem(text: string, hint: string): ServiceError {
  return new ServiceError('TF_USAGE', text, { where: '--fields', hint });
}
