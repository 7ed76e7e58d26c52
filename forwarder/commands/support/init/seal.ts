import { dirname, resolve } from 'node:path';

import { keyFilePath, readOrCreateKeyFile, sealSecret } from '../../../config/index.js';
import { exitCodes } from '../../../core/index.js';
import { usage } from './given.js';
import { lineReader } from './held-secret.js';
import { createPrompts } from './prompts.js';
import type { InitSurroundings } from './run-init.js';

/**
 * Seals one secret for a configuration: asked on a terminal, else the first line of standard input.
 * Prints `enc:…`, to be pasted in place of the secret.
 */
export async function runSeal(
  options: Readonly<Record<string, unknown>>,
  surroundings: InitSurroundings,
): Promise<number> {
  const { input, output, errorOutput, isTerminal, env, cwd } = surroundings;
  const config = typeof options['config'] === 'string' ? options['config'] : 'forwarder.yaml';
  const text = isTerminal ? await askTwice(surroundings) : ((await lineReader(input)()) ?? '');
  if (text === '') throw usage('no secret to seal', 'give it as the first line of standard input');
  const path = keyFilePath(env, dirname(resolve(cwd, config)));
  const { key, isNew } = readOrCreateKeyFile(path);
  const sealed = sealSecret(text, key);
  output.write(
    options['json'] === true ? `${JSON.stringify({ sealed, key: path })}\n` : `${sealed}\n`,
  );
  if (isNew)
    errorOutput.write(`threat-forwarder: the key is new: ${path}; keep a copy elsewhere\n`);
  return exitCodes.done;
}

async function askTwice({ input, errorOutput }: InitSurroundings): Promise<string> {
  const prompts = await createPrompts({ input, output: errorOutput });
  const first = await prompts.secret('The secret to seal?', (text) =>
    text === '' ? 'Type it' : undefined,
  );
  await prompts.secret('Once more?', (text) => (text === first ? undefined : 'It differs'));
  return first;
}
