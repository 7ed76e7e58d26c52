import { ConsoleError } from './console-error.js';
import { printed } from './http/printed.js';

const control = /[\u0000-\u001f\u007f]/;

/**
 * A text as it stands in AQL: `aqlText("o'clock")` → `'o''clock'`. Throws ConsoleError TF_USAGE for
 * control characters, which no value that is searched for has.
 */
export function aqlText(value: string): string {
  if (control.test(value)) throw unfit(value, 'a text with control characters');
  return `'${value.replaceAll("'", "''")}'`;
}

/**
 * The name of a property as it stands in AQL: `aqlName('TI Feed')` → `"TI Feed"`. Throws ConsoleError
 * TF_USAGE for a double quote or control characters, for which AQL has no way of writing.
 */
export function aqlName(name: string): string {
  if (name === '' || name.includes('"') || control.test(name)) {
    throw unfit(name, 'a name that AQL cannot hold');
  }
  return `"${name}"`;
}

function unfit(value: string, what: string): ConsoleError {
  return new ConsoleError('TF_USAGE', `${what}: ${printed(value, 80)}`, {
    where: 'search',
    hint: 'use letters, digits, blanks and common signs',
  });
}
