import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';

import { bad, messageOf, ok, ServiceError } from '../../core/index.js';
import type { Result } from '../../core/index.js';
import { keyBytes } from './sealed-text.js';
import type { SecretKey } from './sealed-text.js';

/** Beside the configuration file, unless the environment names another place. */
export const defaultKeyFileName = 'forwarder.key';
export const keyFileVariable = 'TF_SECRETS_KEY_FILE';

const mark = 'threat-forwarder-key:1:';
const othersMayAnything = 0o007;

/** Where the key is: TF_SECRETS_KEY_FILE, else `forwarder.key`; both start from `baseDirectory`. */
export function keyFilePath(
  env: Readonly<Record<string, string | undefined>>,
  baseDirectory: string,
): string {
  return resolve(baseDirectory, env[keyFileVariable] || defaultKeyFileName);
}

/**
 * Reads a key file: one line, `threat-forwarder-key:1:` and BASE64 of 32 bytes. A bad result says in
 * words what is wrong. A file that every user of the machine may open is no secret, and refused.
 */
export function readKeyFile(path: string): Result<SecretKey, string> {
  let text: string;
  try {
    const file = openSync(path, 'r');
    try {
      const { mode } = fstatSync(file);
      if (process.platform !== 'win32' && (mode & othersMayAnything) !== 0) {
        return bad(`the key file ${path}, which every user may open: chmod 600 ${path}`);
      }
      text = readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return bad(
      isMissing(error)
        ? `the key file ${path}, which does not exist`
        : `the key file ${path}, which cannot be read (${messageOf(error)})`,
    );
  }
  const encoded = text.trim();
  const key = Buffer.from(encoded.slice(mark.length), 'base64');
  const isKey =
    encoded.startsWith(mark) &&
    key.length === keyBytes &&
    key.toString('base64') === encoded.slice(mark.length);
  return isKey ? ok(key) : bad(`the key file ${path}, which holds no key`);
}

/**
 * The key of a file, made anew (mode 0600) when there is no file. Throws ServiceError TF_CONFIG for a
 * file that is there and cannot be used: it is never replaced, or everything sealed with it were lost.
 */
export function readOrCreateKeyFile(path: string): {
  readonly key: SecretKey;
  readonly isNew: boolean;
} {
  const key = randomBytes(keyBytes);
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, 'wx', 0o600);
    try {
      writeSync(file, `${mark}${key.toString('base64')}\n`);
      giveToOwnerOfFolder(file, path);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    // What umask took away from the owner is given back.
    chmodSync(path, 0o600);
    return { key, isNew: true };
  } catch (error) {
    if (!isExisting(error)) {
      throw new ServiceError('TF_CONFIG', `cannot write the key file: ${messageOf(error)}`, {
        where: path,
        hint: `make its folder writable, or name another file in ${keyFileVariable}`,
        cause: error,
      });
    }
  }
  const read = readKeyFile(path);
  if (read.ok) return { key: read.value, isNew: false };
  throw new ServiceError('TF_CONFIG', `found ${read.problem}`, {
    where: path,
    hint: 'give it back from a backup; or remove it, and seal every secret anew',
  });
}

/** A file of root's would be closed to the service. */
function giveToOwnerOfFolder(file: number, path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(path));
  fchownSync(file, uid, gid);
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

function isExisting(error: unknown): boolean {
  return codeOf(error) === 'EEXIST';
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
