import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { loadConfig } from '../../../forwarder/config/index.js';
import type { Logger } from '../../../forwarder/core/index.js';
import {
  readLoopToken,
  readOrCreateLoopToken,
} from '../../../forwarder/service/storm/loop-token.js';
import { projectDirectory } from '../../support/service-process.js';

let cwd: string;
const warnings: string[] = [];
const logger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (code) => warnings.push(code),
  error: () => undefined,
};
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'tf-token-'));
  warnings.length = 0;
});
afterEach(() => rm(cwd, { recursive: true }));

async function configured(text: string) {
  const file = join(cwd, 'forwarder.yaml');
  await writeFile(file, text);
  return loadConfig({ file, env: {}, set: [], cwd, packageDirectory: projectDirectory });
}

test('is made once, for its owner alone, and is the same after a restart', async () => {
  const loaded = await configured('leef: { loopToken: true }\nstate: { directory: kept/state }');
  expect(await readLoopToken(loaded)).toBe(undefined);
  const token = await readOrCreateLoopToken(loaded, logger);
  expect(token).toMatch(/^[0-9a-f]{16}$/);
  expect(await readOrCreateLoopToken(loaded, logger)).toBe(token);
  expect(await readLoopToken(loaded)).toBe(token);
  const file = join(cwd, 'kept/state/loop-token');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(cwd, 'kept/state'))).mode & 0o777).toBe(0o700);
  expect(warnings).toEqual([]);
});

test('is another one for another installation', async () => {
  const first = await readOrCreateLoopToken(
    await configured('leef: { loopToken: true }\nstate: { directory: a }'),
    logger,
  );
  const second = await readOrCreateLoopToken(
    await configured('leef: { loopToken: true }\nstate: { directory: b }'),
    logger,
  );
  expect(first).not.toBe(second);
});

test('a file that holds something else is made anew', async () => {
  const loaded = await configured('leef: { loopToken: true }\nstate: { directory: . }');
  await writeFile(join(cwd, 'loop-token'), 'something else\n');
  const token = await readOrCreateLoopToken(loaded, logger);
  expect(await readFile(join(cwd, 'loop-token'), 'utf8')).toBe(`${token}\n`);
});

test('where it cannot be kept the log says so, and there is one for this run', async () => {
  const loaded = await configured('leef: { loopToken: true }\nstate: { directory: file/state }');
  await writeFile(join(cwd, 'file'), 'no folder');
  expect(await readOrCreateLoopToken(loaded, logger)).toMatch(/^[0-9a-f]{16}$/);
  expect(warnings).toEqual(['loop.token_not_kept']);
});

test('none where none is wanted', async () => {
  const loaded = await configured('state: { directory: state }');
  expect(await readOrCreateLoopToken(loaded, logger)).toBe(undefined);
  await expect(stat(join(cwd, 'state'))).rejects.toThrow();
});
