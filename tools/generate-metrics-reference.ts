/**
 * Writes docs/reference/metrics.md from the table of metric descriptions.
 *
 *   node --import ./tools/ts-node.mjs tools/generate-metrics-reference.ts [--check]
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { metricsReference } from '../forwarder/telemetry/metrics-reference.js';

const file = new URL('../docs/reference/metrics.md', import.meta.url);
const text = metricsReference();
if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write('docs/reference/metrics.md is out of date: npm run docs:reference\n');
  process.exitCode = 1;
}
