import { dirname, join, resolve } from 'node:path';

import {
  ConfigError,
  editConfigText,
  keyFilePath,
  loadConfig,
  readOrCreateKeyFile,
  sealSecret,
  writeConfigFile,
  writeOwnedFile,
} from '../../../config/index.js';
import type { Environment } from '../../../config/index.js';
import { messageOf, ServiceError } from '../../../core/index.js';
import { packageDirectory } from '../package.js';
import type { Answers } from './answers.js';
import { certificateCopy, editsFor, fileHeading } from './config-edits.js';
import type { Session } from './session.js';

/** What was written, by absolute path. */
export interface Written {
  readonly file: string;
  readonly backup?: string;
  readonly certificate?: string;
  /** The key of sealed secrets, where it is new. */
  readonly newKey?: string;
}

/**
 * Writes the configuration and the copy of the certificate, each whole or not at all, and only when
 * the service would load them. A key file is made when there is something to seal and none is there.
 */
export async function writeAnswers(
  file: string,
  answers: Answers,
  session: Session,
): Promise<Written> {
  const { existing, places, given } = session;
  const directory = dirname(file);
  const kept = existing?.isReadable === true ? existing : undefined;
  let newKey: string | undefined;
  const seal = (text: string): string => {
    const path = keyFilePath(places.env, directory);
    const { key, isNew } = readOrCreateKeyFile(path);
    if (isNew) newKey = path;
    return sealSecret(text, key);
  };
  const feedCa = given.feedCa === undefined ? undefined : resolve(places.cwd, given.feedCa);
  const edits = editsFor(answers, { existing: kept, directory, feedCa, seal });
  const text = await editConfigText(kept?.text, edits, fileHeading);
  const copy = answers.certificate === undefined ? undefined : join(directory, certificateCopy);
  const { backup } = await writeConfigFile(file, text, async (temporary) => {
    await checkLoads(temporary, text, session);
    if (copy !== undefined) await writeCopy(copy, answers.certificate?.copyText ?? '');
  });
  return {
    file,
    ...(backup === undefined ? {} : { backup }),
    ...(copy === undefined ? {} : { certificate: copy }),
    ...(newKey === undefined ? {} : { newKey }),
  };
}

async function writeCopy(path: string, text: string): Promise<void> {
  try {
    await writeOwnedFile(path, text);
  } catch (error) {
    throw new ServiceError('TF_CONFIG', `cannot keep the certificate: ${messageOf(error)}`, {
      where: path,
      hint: 'make the folder of the configuration writable',
      cause: error,
    });
  }
}

/** Loads the new file as the service would. Throws ConfigError that names the file as it will be. */
async function checkLoads(temporary: string, text: string, session: Session): Promise<void> {
  const { given, places } = session;
  try {
    await loadConfig({
      file: temporary,
      env: environmentFor(text, places.env),
      set: [],
      cwd: places.cwd,
      packageDirectory: packageDirectory(),
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(
      error.problems.map((problem) =>
        problem.place.kind === 'file'
          ? { ...problem, place: { ...problem.place, file: given.config } }
          : problem,
      ),
    );
  }
}

/**
 * The environment the file is tried with: no overrides, and every variable that it refers to, since
 * those of the service need not be set where `init` runs.
 */
function environmentFor(text: string, env: Environment): Environment {
  const result: Record<string, string | undefined> = {
    TF_SECRETS_KEY_FILE: env['TF_SECRETS_KEY_FILE'],
  };
  for (const [, name = ''] of text.matchAll(/env:([A-Za-z_][A-Za-z0-9_]*)/g)) {
    result[name] = env[name] || 'not-set-here';
  }
  return result;
}
