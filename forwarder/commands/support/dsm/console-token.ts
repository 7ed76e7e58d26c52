import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Readable } from 'node:stream';

import { readSecret } from '../../../config/index.js';
import { messageOf, ServiceError } from '../../../core/index.js';
import { openToAll } from '../open-to-all.js';
import type { ConsoleSurroundings } from './console-surroundings.js';

export const tokenVariable = 'JSA_CONSOLE_TOKEN';

const longestFileBytes = 64 * 1024;
const ways = `write it into a file that only you can read and give --token-file FILE (- is standard input), set console.token in forwarder.yaml to env:NAME, file:PATH or enc:…, or set ${tokenVariable}`;

export interface TokenRequest {
  /** --token-file. */
  readonly file: string | undefined;
  /** console.token: env:, file: or enc:. */
  readonly reference: string | undefined;
  /** Where paths of the reference start. */
  readonly baseDirectory: string;
}

/**
 * Finds the token: the file that is named, the configuration's reference, the environment variable
 * JSA_CONSOLE_TOKEN, else it is asked for on a terminal, unseen. Warns of a file that others can read.
 * Throws ServiceError: TF_USAGE when there is none, TF_CONFIG when it is not where it should be.
 */
export async function findToken(
  { file, reference, baseDirectory }: TokenRequest,
  surroundings: ConsoleSurroundings,
): Promise<string> {
  const { env, cwd, input, isTerminal } = surroundings;
  if (file === '-') return present(await firstLine(input), 'standard input');
  if (file !== undefined) return readTokenFile(resolve(cwd, file), surroundings);
  if (reference?.startsWith('file:') === true) {
    return readTokenFile(resolve(baseDirectory, reference.slice(5)), surroundings);
  }
  if (reference !== undefined) {
    const found = readSecret(reference, env, baseDirectory);
    if ('text' in found) return present(found.text, 'console.token');
    throw new ServiceError('TF_CONFIG', `console.token names ${found.problem}`, {
      where: 'console.token',
      hint: 'correct console.token, or give --token-file FILE',
    });
  }
  const set = env[tokenVariable];
  if (set !== undefined && set !== '') return present(set, tokenVariable);
  if (isTerminal) return ask(surroundings);
  throw new ServiceError('TF_USAGE', 'no token for the console was given', { hint: ways });
}

async function readTokenFile(path: string, surroundings: ConsoleSurroundings): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > longestFileBytes) throw new Error('it is too long to hold only a token');
    const text = await readFile(path, 'utf8');
    const warning = size > 0 ? await openToAll(path, 'the token') : undefined;
    if (warning !== undefined) {
      surroundings.errorOutput.write(`threat-forwarder: warning: ${warning}\n`);
    }
    return present(text, path);
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    if (isLikeToken(basename(path))) {
      throw new ServiceError('TF_USAGE', '--token-file takes no token itself, but a file', {
        hint: `the command line is no safe place for a token: ${ways}`,
      });
    }
    throw new ServiceError('TF_CONFIG', `the token cannot be read: ${messageOf(error)}`, {
      where: path,
      hint: 'name a file with the token on its first line, which this user may read',
      cause: error,
    });
  }
}

/** The first line of a text, which must hold something. */
function present(text: string, where: string): string {
  const token =
    text
      .split(/\r?\n/, 1)[0]
      ?.replace(/^\ufeff/, '')
      .trim() ?? '';
  if (token !== '') return token;
  throw new ServiceError('TF_CONFIG', 'the first line is empty, where the token should be', {
    where,
    hint: ways,
  });
}

async function firstLine(input: Readable): Promise<string> {
  let text = '';
  for await (const chunk of input) {
    text += String(chunk);
    if (text.includes('\n') || text.length > longestFileBytes) break;
  }
  return text;
}

async function ask({ input, errorOutput }: ConsoleSurroundings): Promise<string> {
  const { Cancelled, createPrompts } = await import('../init/prompts.js');
  const prompts = await createPrompts({ input, output: errorOutput });
  try {
    const token = await prompts.secret('Token of the authorised service', (text) =>
      text.trim() === '' ? 'a token is needed' : undefined,
    );
    return token.trim();
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    throw new ServiceError('TF_USAGE', 'cancelled: no token was given', { hint: ways });
  }
}

/** Tokens are UUIDs; a file of that name is rather a mistake, which must not be repeated. */
function isLikeToken(text: string): boolean {
  return /^[0-9a-f-]{32,40}$/i.test(text);
}
