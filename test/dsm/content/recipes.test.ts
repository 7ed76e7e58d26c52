import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { textOf } from './bundle-under-test.js';

const guide = readFileSync(new URL('../../../docs/guides/connect-jsa.md', import.meta.url), 'utf8');

/** Field and value of each row of the first table behind a heading, without emphasis. */
function tableBehind(text: string, heading: string): ReadonlyMap<string, string> {
  const from = text.indexOf(heading);
  if (from < 0) throw new Error(`there is no ${heading}`);
  const lines = text.slice(from).split('\n');
  const first = lines.findIndex((line) => line.startsWith('|'));
  const rows = lines.slice(first);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  const cells = rows.slice(2, end).map((row) => row.replaceAll('**', '').split(' | '));
  return new Map(
    cells.map(([field = '', value = '']) => [field.replace(/^\| /, ''), value.replace(/ \|$/, '')]),
  );
}

/** The value of a field, or the first choice: what stands before any explanation. */
const valueOf = (text: string | undefined): string | undefined =>
  /^(?:`[^`]+`|\w+)/.exec(text ?? '')?.[0];

describe.each([
  ['forwarding-destination.md', '## 5. The forwarding destination'],
  ['routing-rule.md', '## 6. The routing rule'],
])('%s and the guide', (file, heading) => {
  const recipe = tableBehind(textOf(file), '# ');
  const told = tableBehind(guide, heading);

  test('have the same fields in the same order', () => {
    expect([...recipe.keys()]).toEqual([...told.keys()]);
    expect(recipe.size).toBeGreaterThanOrEqual(6);
  });

  test('lead to the same place', () => {
    const [way] = /\*\*Admin → System Configuration → .+\*\*/.exec(textOf(file)) ?? [''];
    expect(way).not.toBe('');
    expect(guide.slice(guide.indexOf(heading)).split('\n')[1]).toBe(way);
  });

  test('have the same values', () => {
    // What a site decides is told in other words: which events, on which collector, at once or later.
    const ofSite = ['Event Filters', 'Forwarding Event Collector'];
    for (const [field, value] of recipe) {
      if (ofSite.includes(field)) continue;
      expect([field, valueOf(value)]).toEqual([field, valueOf(told.get(field))]);
      expect([field, valueOf(value)]).not.toContain(undefined);
    }
  });
});

test('the values are those of the DSM guide', () => {
  const destination = tableBehind(textOf('forwarding-destination.md'), '# ');
  const rule = tableBehind(textOf('routing-rule.md'), '# ');
  expect(destination.get('Name')).toBe('`KL_Threat_Feed_Service_V2`');
  expect(destination.get('Event Format')).toMatch(/^`JSON` /);
  expect(destination.get('Destination Port')).toBe('`9995`');
  expect(destination.get('Protocol')).toBe('`TCP`');
  expect(rule.get('Mode')).toMatch(/^`Online` /);
  expect(rule.get('Data Source')).toBe('`Events`');
  expect(rule.get('Event Filters')).toContain('`KL_Verification_Tool`');
  expect(rule.get('Match All Incoming Events')).toBe('cleared');
  expect(rule.get('Routing Options')).toBe('`Forward`, to `KL_Threat_Feed_Service_V2`');
});
