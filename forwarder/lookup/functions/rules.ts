import type { KlFieldRule } from '../kl-fields.js';
import type { Field } from './field.js';

function below(at: string, key: string): string {
  return at === '' ? key : `${at}.${key}`;
}

/** Where a field is read, for people: `HostedUrls[].Url (Zone Red)`. */
function pathOf(field: Exclude<Field, { shape: 'contacts' }>): string {
  switch (field.shape) {
    case 'value':
      return field.keys.map((key) => below(field.at, key)).join(' or ');
    case 'list':
      return `${below(field.at, field.key)}[]`;
    case 'column': {
      const keys = field.keys.map((key) => `${field.at}[].${key}`).join(' or ');
      return field.zone === undefined ? keys : `${keys} (Zone ${field.zone})`;
    }
    case 'range':
      return field.pairs.map(([first, last]) => `${below(field.at, first)}-${last}`).join(' or ');
    case 'sum':
      return `sum of ${field.at}[].${field.key}`;
    default:
      return field satisfies never;
  }
}

/** What a field of the table can give: one rule, or for contacts one for each part, named `KL<Role>Part`. */
export function rulesOf(field: Field): readonly KlFieldRule[] {
  if (field.shape === 'contacts') {
    return field.parts.map((part) => ({
      name: `KL<Role>${part}`,
      path: `${field.at}[].${part} by ${field.roleKey}`,
    }));
  }
  const rule = { name: field.name, path: pathOf(field) };
  return [field.alias === undefined ? rule : { ...rule, alias: field.alias }];
}
