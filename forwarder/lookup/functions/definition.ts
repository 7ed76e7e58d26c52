import type { KlFields, KlValue, LookupFunction } from '../kl-fields.js';
import type { LookupKind } from '../lookup-object.js';
import type { Report } from '../lookup-result.js';
import type { Sections } from '../portal.js';
import { contactFields } from './contacts.js';
import type { Field } from './field.js';
import { readField } from './read-field.js';
import { rulesOf } from './rules.js';

/** A function as a table. */
export interface FunctionDefinition {
  readonly name: string;
  readonly kind: LookupKind;
  readonly sections: Sections;
  /** In the order in which the fields are given: the README's. */
  readonly fields: readonly Field[];
}

/** Names with a fixed meaning, right spellings included: no contact may take them. */
export function fixedNames(definitions: readonly FunctionDefinition[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const field of definitions.flatMap((definition) => definition.fields)) {
    if (field.shape === 'contacts') continue;
    names.add(field.name);
    if (field.alias !== undefined) names.add(field.alias);
  }
  return names;
}

/** The function that a table says. */
export function functionOf(
  { name, kind, sections, fields }: FunctionDefinition,
  reserved: ReadonlySet<string>,
): LookupFunction {
  return {
    name,
    kind,
    sections,
    rules: fields.flatMap(rulesOf),
    fields: (report) => fieldsOf(report, fields, reserved),
  };
}

function fieldsOf(
  report: Report,
  fields: readonly Field[],
  reserved: ReadonlySet<string>,
): KlFields {
  const found = new Map<string, KlValue>();
  for (const field of fields) {
    if (field.shape === 'contacts') {
      for (const [name, value] of contactFields(report, field, reserved)) found.set(name, value);
      continue;
    }
    const value = readField(report, field);
    if (value === undefined) continue;
    found.set(field.name, value);
    if (field.alias !== undefined) found.set(field.alias, value);
  }
  return found;
}
