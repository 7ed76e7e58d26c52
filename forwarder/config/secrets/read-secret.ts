import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { messageOf } from '../../core/index.js';
import { keyFilePath, readKeyFile } from './key-file.js';
import { openSecret, sealedPrefix } from './sealed-text.js';

/** The text of a secret, or what stands there instead, in words fit to be shown. */
export type FoundSecret = { readonly text: string } | { readonly problem: string };

/**
 * Finds the text of a secret: `env:NAME`, `file:PATH` (its first line), `enc:BASE64` (sealed, see
 * sealed-text.ts), else the text itself. Paths start from `baseDirectory`.
 */
export function readSecret(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  baseDirectory: string,
): FoundSecret {
  if (text.startsWith('env:')) {
    const name = text.slice(4);
    const value = env[name];
    return value === undefined || value === ''
      ? { problem: `the environment variable ${name}, which is not set` }
      : { text: value };
  }
  if (text.startsWith('file:')) {
    const path = resolve(baseDirectory, text.slice(5));
    try {
      return { text: readFileSync(path, 'utf8').split(/\r?\n/, 1)[0] ?? '' };
    } catch (error) {
      return { problem: `a file that cannot be read (${messageOf(error)})` };
    }
  }
  if (text.startsWith(sealedPrefix)) {
    const key = readKeyFile(keyFilePath(env, baseDirectory));
    if (!key.ok) return { problem: `a sealed secret, and ${key.problem}` };
    const opened = openSecret(text, key.value);
    return opened.ok ? { text: opened.value } : { problem: opened.problem };
  }
  return { text };
}
