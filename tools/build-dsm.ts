/**
 * Writes dsm/generated/: the files for the console with the values of the guides. Files that are not made
 * any more are removed. Writes docs/reference/dsm-files.md, which describes them.
 *
 *   node --import ./tools/ts-node.mjs tools/build-dsm.ts [--check]
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { buildBundle, bundleReference, defaultBundleSettings } from '../dsm/content/index.js';
import { compareBundle, writeBundle } from '../forwarder/commands/support/dsm/build-files.js';

const directory = fileURLToPath(new URL('../dsm/generated/', import.meta.url));
const reference = new URL('../docs/reference/dsm-files.md', import.meta.url);
const files = buildBundle(defaultBundleSettings);
if (process.argv.includes('--check')) {
  const compared = await compareBundle(directory, files);
  for (const { path, state } of compared) {
    if (state === 'same') continue;
    process.stderr.write(`dsm/generated/${path}: ${state}; npm run build:dsm\n`);
    process.exitCode = 1;
  }
  if (readFileSync(reference, 'utf8') !== bundleReference()) {
    process.stderr.write('docs/reference/dsm-files.md is out of date; npm run build:dsm\n');
    process.exitCode = 1;
  }
} else {
  await writeBundle(directory, files);
  writeFileSync(reference, bundleReference());
  const wanted = new Set(files.map(({ path }) => path));
  for (const name of readdirSync(directory)) {
    if (!wanted.has(name)) rmSync(join(directory, name), { recursive: true });
  }
}
