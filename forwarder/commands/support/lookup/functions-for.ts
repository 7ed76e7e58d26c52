import { defaultFunctionFor, functionsOfFields } from '../../../lookup/functions/index.js';
import type { LookupFunction } from '../../../lookup/kl-fields.js';
import { lookupKinds } from '../../../lookup/lookup-object.js';
import type { LookupKind } from '../../../lookup/lookup-object.js';
import type { LookupWanted } from './lookup-options.js';

type Wanted = Pick<LookupWanted, 'kind' | 'functions' | 'fields'>;

/**
 * What is asked about values of a kind: the functions named; else the fewest that give the fields
 * named; else the most general one. None, when only functions of other kinds are named, or only
 * fields of other kinds.
 */
export function functionsFor(
  kind: LookupKind,
  { functions, fields }: Wanted,
): readonly LookupFunction[] {
  if (functions.length > 0) return functions.filter((one) => one.kind === kind);
  return fields === undefined ? [defaultFunctionFor(kind)] : functionsOfFields(kind, fields);
}

/** What may be asked about any value. */
export function allFunctions(wanted: Wanted): readonly LookupFunction[] {
  const kinds = wanted.kind === undefined ? lookupKinds : [wanted.kind];
  return [...new Set(kinds.flatMap((kind) => functionsFor(kind, wanted)))];
}
