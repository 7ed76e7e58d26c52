import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, test } from '@jest/globals';
import { globSync } from 'glob';

import type * as documented from '../../../docs/examples/enrichers/enricher.js';
import type * as own from '../../../forwarder/enrichment/index.js';

/** Fails to compile unless each type can stand for the other. */
type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : never) : never;

test('the types for authors of modules are those of the service', () => {
  const same: [
    Same<documented.EnricherInput, own.EnricherInput>,
    Same<documented.EnricherAnswer, own.EnricherAnswer>,
    Same<documented.EnricherReply, own.EnricherReply>,
    Same<documented.Enricher, own.Enricher>,
    Same<documented.CreateEnricher, own.CreateEnricher>,
  ] = [true, true, true, true, true];
  expect(same).toHaveLength(5);
});

test('the examples keep to those types', async () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const files = globSync('docs/examples/enrichers/*.mjs', { cwd: root });
  expect(files).toHaveLength(3);
  const options =
    '--ignoreConfig --noEmit --allowJs --checkJs --strict --module nodenext --types node';
  const compiler = 'node_modules/@typescript/compiler/bin/tsc';
  const run = promisify(execFile)(process.execPath, [compiler, ...options.split(' '), ...files], {
    cwd: root,
  });
  // What it finds wrong stands in its output.
  const { stdout } = await run.catch((error: unknown) => error as { readonly stdout: string });
  expect(stdout).toBe('');
}, 60_000);
