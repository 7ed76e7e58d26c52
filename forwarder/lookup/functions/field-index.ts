import type { LookupFunction } from '../kl-fields.js';

/** What stands around the table of all fields in docs/lookup.md. */
export const fieldIndexMarks = {
  begin: '<!-- fields: made by npm run docs:reference, do not edit -->',
  end: '<!-- end of fields -->',
} as const;

/** Every field of every function in one table, by name, with the functions that give it. */
export function fieldIndex(functions: readonly LookupFunction[]): string {
  const givers = new Map<string, string[]>();
  for (const { name: giver, rules } of functions) {
    for (const { name, alias } of rules) {
      const shown = alias === undefined ? `\`$${name}\`` : `\`$${name}\`, \`$${alias}\``;
      givers.set(shown, [...(givers.get(shown) ?? []), `\`${giver}\``]);
    }
  }
  const rows = [...givers].sort(([one], [other]) => (one < other ? -1 : 1));
  return [
    '| field (and its right spelling) | given by |',
    '| --- | --- |',
    ...rows.map(([field, names]) => `| ${field} | ${names.join(', ')} |`),
  ].join('\n');
}

/** A page with the table in its place. Throws RangeError when the marks are not there. */
export function withFieldIndex(page: string, functions: readonly LookupFunction[]): string {
  const from = page.indexOf(fieldIndexMarks.begin);
  const to = page.indexOf(fieldIndexMarks.end);
  if (from < 0 || to < from) throw new RangeError('the page has no place for the table of fields');
  const head = page.slice(0, from + fieldIndexMarks.begin.length);
  return `${head}\n\n${fieldIndex(functions)}\n\n${page.slice(to)}`;
}
