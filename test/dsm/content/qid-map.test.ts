import { expect, test } from '@jest/globals';

import { qidMapFile } from '../../../dsm/content/qid-map.js';
import { defaultBundleSettings } from '../../../dsm/content/index.js';
import { eventCatalogue, lowLevelCategories } from '../../../dsm/index.js';
import { linesOf } from './bundle-under-test.js';

/** An empty column, a name, a description, 1 to 10, a category: what qidmap_cli.sh -i reads. */
const grammar = /^,([A-Za-z0-9_]{1,255}),([^,"\r\n\t]{1,2048}),([1-9]|10),(\d{4,5})$/;

test('every line is one that the import reads, and there is no other', () => {
  const categories = new Set<number>(Object.values(lowLevelCategories).map(({ id }) => id));
  const lines = linesOf('qid-map.txt');
  for (const line of lines) {
    const [, , , , category] = grammar.exec(line) ?? [];
    expect([line, categories.has(Number(category))]).toEqual([line, true]);
  }
  expect(lines.length).toBe(eventCatalogue.length);
  expect(lines.filter((line) => line.startsWith(',KL_')).length).toBeGreaterThanOrEqual(40);
});

test('has every event of the catalogue with its own values', () => {
  const found = linesOf('qid-map.txt').map((line) => line.split(','));
  const wanted = eventCatalogue.map(({ id, description, severity, category }) => [
    ...['', id, description],
    ...[String(severity), String(category.id)],
  ]);
  expect(found).toEqual(wanted);
  expect(found.map(([, name]) => name)).toEqual(
    expect.arrayContaining(['KL_BlackList_URL', 'KL_ALERT_LicenseExpires', 'LookupFinished']),
  );
});

test("the line of the vendor's own file is ours too, but for its words", () => {
  const line = linesOf('qid-map.txt').find((each) => each.startsWith(',KL_Malicious_URL,'));
  expect(line).toMatch(/,8,7058$/);
});

test('a comma or a line end in a text cannot make another column or line', () => {
  const [event] = eventCatalogue;
  if (event === undefined) throw new Error('the catalogue is empty');
  const events = [{ ...event, description: 'one, two\nthree\t4' }];
  const { content } = qidMapFile({ ...defaultBundleSettings, events });
  expect(content).toBe(',KL_APT_URL,one  two three 4,9,7058\n');
});
