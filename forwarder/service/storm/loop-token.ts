import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { messageOf } from '../../core/index.js';
import type { Logger } from '../../core/index.js';
import { writeOwnedFile } from '../../config/index.js';
import type { LoadedConfig } from '../../config/index.js';

const fileName = 'loop-token';
const tokenForm = /^[0-9a-f]{16}$/;

/**
 * The token by which this installation knows its own messages: 64 random bits, kept in
 * `state.directory` for its owner alone. Made when it is first asked for, and when the file holds
 * something else; where it cannot be kept, the log says so and it is for this run. Undefined when the
 * configuration wants none.
 */
export async function readOrCreateLoopToken(
  loaded: LoadedConfig,
  logger: Logger,
): Promise<string | undefined> {
  if (!loaded.config.leef.loopToken) return undefined;
  const known = await readLoopToken(loaded);
  if (known !== undefined) return known;
  const token = randomBytes(8).toString('hex');
  const path = pathOf(loaded);
  try {
    await writeOwnedFile(path, `${token}\n`);
  } catch (error) {
    logger.warn(
      'loop.token_not_kept',
      `the loop token cannot be kept, so it is another one after a restart: ${messageOf(error)}`,
      { file: path, hint: 'make state.directory a folder the service may write to' },
    );
  }
  return token;
}

/** The token that is kept, if there is one: for commands that must not make one. */
export async function readLoopToken(loaded: LoadedConfig): Promise<string | undefined> {
  try {
    const token = (await readFile(pathOf(loaded), 'utf8')).trim();
    return tokenForm.test(token) ? token : undefined;
  } catch {
    return undefined;
  }
}

function pathOf({ baseDirectory, config }: LoadedConfig): string {
  return resolve(baseDirectory, config.state.directory, fileName);
}
