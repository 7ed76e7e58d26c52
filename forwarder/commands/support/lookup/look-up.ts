import { pickFields } from '../../../lookup/functions/index.js';
import type { KlFields, KlValue, LookupFunction } from '../../../lookup/kl-fields.js';
import { zones } from '../../../lookup/lookup-object.js';
import type { LookupObject, Zone } from '../../../lookup/lookup-object.js';
import type { LookupResult, Report } from '../../../lookup/lookup-result.js';
import type { Portal } from '../../../lookup/portal.js';

export type Failed = Extract<LookupResult, { readonly kind: 'failed' }>;

/** A function and what it was answered. */
export interface Answered {
  readonly name: string;
  readonly result: Exclude<LookupResult, Failed>;
}

/** What became of one value. */
export interface ValueAnswer {
  readonly object: LookupObject;
  /** In the order of the functions; the first failure ends them. */
  readonly answers: readonly Answered[];
  readonly failure: Failed | undefined;
  readonly fields: KlFields;
  readonly zone: Zone | undefined;
}

/**
 * Asks about a value what the functions ask for, one after the other. `names`: the fields wanted; all
 * when undefined. Of a field that several functions give, the first one's counts. Never throws.
 */
export async function lookUp(
  portal: Portal,
  object: LookupObject,
  functions: readonly LookupFunction[],
  names: readonly string[] | undefined,
  signal?: AbortSignal,
): Promise<ValueAnswer> {
  const answers: Answered[] = [];
  const fields = new Map<string, KlValue>();
  let failure: Failed | undefined;
  let zone: Zone | undefined;
  for (const one of functions) {
    const result = await portal.lookup(object, one.sections, signal);
    if (result.kind === 'failed') {
      failure = result;
      break;
    }
    answers.push({ name: one.name, result });
    if (result.kind === 'no-data') continue;
    zone ??= zoneOf(result.report);
    for (const [name, value] of one.fields(result.report)) {
      if (!fields.has(name)) fields.set(name, value);
    }
  }
  return {
    object,
    answers,
    failure,
    fields: names === undefined ? fields : pickFields(fields, names),
    zone,
  };
}

function zoneOf({ Zone: said }: Report): Zone | undefined {
  return zones.find((zone) => zone === said);
}
