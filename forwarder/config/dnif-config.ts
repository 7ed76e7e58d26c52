import { readFile } from 'node:fs/promises';

import { messageOf, ServiceError } from '../core/index.js';
import { readSource } from './read-source.js';

/** What a dnifconfig.yml of the DNIF plugin lookup-kaspersky says about who asks. */
export interface DnifConfig {
  readonly username?: string;
  readonly password?: string;
  /** As it stands there: the plugin reads it from $WORKDIR on, with or without a slash before it. */
  readonly certPath?: string;
  /** No key of the plugin's own: an API token in place of the others. */
  readonly token?: string;
}

const keys = {
  KASPERSKY_API_USERNAME: 'username',
  KASPERSKY_API_PASSWORD: 'password',
  KASPERSKY_API_CERT_PATH: 'certPath',
  KASPERSKY_API_TOKEN: 'token',
} as const;

const longestBytes = 64 * 1024;
const shape = `YAML with lookup_plugin, and below it ${Object.keys(keys).slice(0, 3).join(', ')}`;

/**
 * Reads a dnifconfig.yml; other keys are passed over, as other plugins may have theirs in it. Throws
 * ServiceError TF_CONFIG, which never repeats what the file says: a password stands in it.
 */
export async function readDnifConfig(path: string): Promise<DnifConfig> {
  const text = await contentOf(path);
  const { value, problems } = await readSource(text);
  const [problem] = problems;
  if (problem !== undefined) {
    const { line, column } = problem.position;
    throw wrong(`${path}:${line}:${column}`, 'it is no YAML that can be read');
  }
  const section = isObject(value) ? value['lookup_plugin'] : undefined;
  if (!isObject(section)) throw wrong(path, 'there is no lookup_plugin in it');
  const found: Partial<Record<(typeof keys)[keyof typeof keys], string>> = {};
  for (const [key, name] of Object.entries(keys)) {
    const one = section[key];
    if (one === undefined || one === null || one === '') continue;
    // A password of digits is read as a number, and its zeros in front were lost.
    if (typeof one !== 'string') throw wrong(path, `${key} is no text: write it in quotes`);
    found[name] = one;
  }
  return found;
}

async function contentOf(path: string): Promise<string> {
  try {
    const content = await readFile(path);
    if (content.length <= longestBytes) return content.toString('utf8');
  } catch (error) {
    throw new ServiceError('TF_CONFIG', `dnifconfig.yml cannot be read: ${messageOf(error)}`, {
      where: path,
      hint: 'name a file that this user may read in lookup.dnifConfig',
      cause: error,
    });
  }
  throw wrong(path, 'it is too long to be one');
}

function wrong(where: string, problem: string): ServiceError {
  return new ServiceError('TF_CONFIG', `dnifconfig.yml cannot be used: ${problem}`, {
    where,
    hint: `it is ${shape}`,
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
