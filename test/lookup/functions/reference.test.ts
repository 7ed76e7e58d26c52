import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { lookupFunctions } from '../../../forwarder/lookup/functions/index.js';
import { withFieldIndex } from '../../../forwarder/lookup/functions/field-index.js';
import { fieldsReference } from '../../../forwarder/lookup/functions/reference.js';
import { projectDirectory } from '../../support/service-process.js';
import { wholeReplies } from './replies.js';

test('the committed page is current (npm run docs:reference makes it)', () => {
  const page = join(projectDirectory, 'docs/reference/lookup-fields.md');
  expect(readFileSync(page, 'utf8')).toBe(fieldsReference(lookupFunctions, wholeReplies));
});

test('the table of all fields in docs/lookup.md is current, and has every one', () => {
  const page = readFileSync(join(projectDirectory, 'docs/lookup.md'), 'utf8');
  expect(page).toBe(withFieldIndex(page, lookupFunctions));
  for (const { name, rules } of lookupFunctions) {
    for (const rule of rules) {
      const rows = page.split('\n').filter((line) => line.startsWith(`| \`$${rule.name}\``));
      expect(rows.some((row) => row.includes(`\`${name}\``))).toBe(true);
    }
  }
});

test('every field has an example', () => {
  const page = fieldsReference(lookupFunctions, wholeReplies);
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows).toHaveLength(lookupFunctions.flatMap(({ rules }) => rules).length);
  for (const row of rows) expect(row).toMatch(/`[^`]+` \|$/);
});
