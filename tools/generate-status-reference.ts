/**
 * Writes docs/reference/status.md from the table of the fields of /status.
 *
 *   node --import ./tools/ts-node.mjs tools/generate-status-reference.ts [--check]
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { statusReference } from '../forwarder/service/health/status-fields.js';

const file = new URL('../docs/reference/status.md', import.meta.url);
const text = statusReference();
if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write('docs/reference/status.md is out of date: npm run docs:reference\n');
  process.exitCode = 1;
}
