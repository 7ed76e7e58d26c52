/**
 * Writes docs/reference/lookup-fields.md from the tables of the lookup functions.
 *
 *   node --import ./tools/ts-node.mjs tools/generate-lookup-fields.ts [--check]
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { lookupFunctions } from '../forwarder/lookup/functions/index.js';
import { fieldsReference } from '../forwarder/lookup/functions/reference.js';
import { wholeReplies } from '../test/lookup/functions/replies.js';

const file = new URL('../docs/reference/lookup-fields.md', import.meta.url);
const text = fieldsReference(lookupFunctions, wholeReplies);
if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write('docs/reference/lookup-fields.md is out of date: npm run docs:reference\n');
  process.exitCode = 1;
}
