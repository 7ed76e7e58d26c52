import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { readDnifConfig } from '../../../config/dnif-config.js';
import { readSecret } from '../../../config/index.js';
import type { Environment, LoadedConfig } from '../../../config/index.js';
import { ServiceError } from '../../../core/index.js';

/** Where credentials may be. What is secret is read when it is asked for, not before. */
export interface CredentialSource {
  /** As it stands in messages: `lookup`, `the environment`, a path. */
  readonly name: string;
  readonly username: string | undefined;
  readonly cert: (() => Promise<string>) | undefined;
  readonly password: (() => string) | undefined;
  readonly token: (() => string) | undefined;
  readonly passphrase: (() => string) | undefined;
  /** Files that hold a secret, by what they hold; they are no business of other users. */
  readonly secretFiles: readonly { readonly path: string; readonly holds: string }[];
}

/** `lookup` of the configuration. Its secrets throw ServiceError TF_CONFIG where they are not found. */
export function configSource(
  { config, baseDirectory }: LoadedConfig,
  env: Environment,
): CredentialSource {
  const { username, cert, password, token, passphrase } = config.lookup;
  const secret = (key: string, reference: string | undefined): (() => string) | undefined =>
    reference === undefined
      ? undefined
      : () => {
          const found = readSecret(reference, env, baseDirectory);
          if ('text' in found && found.text.trim() !== '') return found.text.trim();
          const what = 'text' in found ? 'an empty text' : found.problem;
          throw new ServiceError('TF_CONFIG', `lookup.${key} names ${what}`, {
            where: `lookup.${key}`,
            hint: `correct lookup.${key}`,
          });
        };
  return {
    name: 'lookup',
    username,
    cert: cert === undefined ? undefined : () => Promise.resolve(cert),
    password: secret('password', password),
    token: secret('token', token),
    passphrase: secret('passphrase', passphrase),
    secretFiles: Object.entries({ password, token, passphrase })
      .filter(([, reference]) => reference?.startsWith('file:') === true)
      .map(([key, reference = '']) => ({
        path: resolve(baseDirectory, reference.slice('file:'.length)),
        holds: `the ${key}`,
      })),
  };
}

/** The variables of the DNIF plugin's own names; a relative certificate starts from `cwd`. */
export function environmentSource(env: Environment, cwd: string): CredentialSource {
  const text = (name: string): string | undefined => env[name] || undefined;
  const cert = text('KASPERSKY_API_CERT_PATH');
  return {
    name: 'the environment',
    username: text('KASPERSKY_API_USERNAME'),
    cert: cert === undefined ? undefined : () => Promise.resolve(resolve(cwd, cert)),
    password: given(text('KASPERSKY_API_PASSWORD')),
    token: given(text('KASPERSKY_API_TOKEN')),
    passphrase: undefined,
    secretFiles: [],
  };
}

/** A dnifconfig.yml. Throws ServiceError TF_CONFIG. */
export async function dnifSource(path: string, env: Environment): Promise<CredentialSource> {
  const { username, password, certPath, token } = await readDnifConfig(path);
  return {
    name: path,
    username,
    cert: certPath === undefined ? undefined : () => dnifCertificate(path, certPath, env),
    password: given(password),
    token: given(token),
    passphrase: undefined,
    secretFiles: [{ path, holds: 'the credentials' }],
  };
}

/**
 * The plugin reads $WORKDIR followed by the path, and itself from $WORKDIR/lookup_plugins/kaspersky.
 * Without $WORKDIR it is where that folder would be; a file that was copied away is looked for beside it,
 * and at last as it is written. The first that is there counts.
 */
async function dnifCertificate(file: string, certPath: string, env: Environment): Promise<string> {
  const folder = dirname(file);
  const { WORKDIR: workFolder } = env;
  const places = [
    workFolder ? join(workFolder, certPath) : join(folder, '..', '..', certPath),
    join(folder, certPath),
    resolve(folder, certPath),
  ];
  for (const place of places) {
    const isThere = await access(place).then(
      () => true,
      () => false,
    );
    if (isThere) return place;
  }
  const tried = [...new Set(places)].join(', ');
  throw new ServiceError('TF_CONFIG', `the certificate of dnifconfig.yml is not at ${tried}`, {
    where: file,
    hint: 'set lookup.cert to where it is, or WORKDIR to the folder that KASPERSKY_API_CERT_PATH starts from',
  });
}

function given(text: string | undefined): (() => string) | undefined {
  return text === undefined ? undefined : () => text;
}
