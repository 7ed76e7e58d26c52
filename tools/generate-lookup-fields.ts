/**
 * Writes docs/reference/lookup-fields.md, and the table in docs/lookup.md, from the tables of the lookup
 * functions.
 *
 *   node --import ./tools/ts-node.mjs tools/generate-lookup-fields.ts [--check]
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { lookupFunctions } from '../forwarder/lookup/functions/index.js';
import { withFieldIndex } from '../forwarder/lookup/functions/field-index.js';
import { fieldsReference } from '../forwarder/lookup/functions/reference.js';
import { wholeReplies } from '../test/lookup/functions/replies.js';

const docs = new URL('../docs/', import.meta.url);
const overview = readFileSync(new URL('lookup.md', docs), 'utf8');
const pages = {
  'reference/lookup-fields.md': fieldsReference(lookupFunctions, wholeReplies),
  'lookup.md': withFieldIndex(overview, lookupFunctions),
};
for (const [name, text] of Object.entries(pages)) {
  const file = new URL(name, docs);
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (readFileSync(file, 'utf8') !== text) {
    process.stderr.write(`docs/${name} is out of date: npm run docs:reference\n`);
    process.exitCode = 1;
  }
}
