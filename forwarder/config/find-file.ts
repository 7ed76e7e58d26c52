import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { messageOf, ServiceError } from '../core/index.js';

/** A configuration file, read. */
export interface ConfigFile {
  readonly absolutePath: string;
  /** The path as the operator knows it: as given, or `forwarder.yaml`. */
  readonly shownPath: string;
  readonly directory: string;
  readonly text: string;
}

export const defaultFileName = 'forwarder.yaml';
/** Names that look as if they were meant, and are not read; what to do instead. */
const mistakenNames = [
  ['forwarder.yml', `call it ${defaultFileName}`],
  ['forwarder.json', `call it ${defaultFileName}`],
  ['kl_feed_service.conf', 'import it with threat-forwarder import'],
] as const;

const maxBytes = 2 * 2 ** 20;

/**
 * Reads the named file, else ./forwarder.yaml; undefined when no file is named and none is there.
 * Throws ServiceError TF_CONFIG for a file that is named and missing, cannot be read, is no UTF-8
 * or has more than 2 MiB.
 */
export async function findConfigFile(
  file: string | undefined,
  cwd: string,
): Promise<ConfigFile | undefined> {
  const shownPath = file ?? defaultFileName;
  const absolutePath = resolve(cwd, shownPath);
  let bytes: Buffer;
  try {
    bytes = await readFile(absolutePath);
  } catch (error) {
    if (file === undefined && isMissing(error)) return undefined;
    throw new ServiceError('TF_CONFIG', `cannot read the configuration: ${messageOf(error)}`, {
      where: shownPath,
      hint: 'name a file that can be read with --config FILE',
      cause: error,
    });
  }
  if (bytes.length > maxBytes) throw unreadable(shownPath, 'it has more than 2 MiB');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { absolutePath, shownPath, directory: dirname(absolutePath), text };
  } catch {
    throw unreadable(shownPath, 'it is not UTF-8 text');
  }
}

/** A warning for each file in the folder whose name is nearly that of the configuration. */
export async function mistakenFiles(cwd: string): Promise<readonly string[]> {
  const warnings: string[] = [];
  for (const [name, instead] of mistakenNames) {
    try {
      await readFile(resolve(cwd, name));
      warnings.push(`${name} is not read: name it with --config, or ${instead}`);
    } catch {
      // Not there, or not readable: then nobody can have meant it.
    }
  }
  return warnings;
}

function unreadable(shownPath: string, reason: string): ServiceError {
  return new ServiceError('TF_CONFIG', `cannot read the configuration: ${reason}`, {
    where: shownPath,
    hint: 'a configuration is a YAML or JSON file in UTF-8, or kl_feed_service.conf of CyberTrace',
  });
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
