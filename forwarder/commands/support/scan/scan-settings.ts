import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { mostThreads, mostTimeoutSeconds } from '../../../config/cybertrace/scanner-limits.js';
import { isNamed } from '../../../config/cybertrace/xml/element.js';
import { parseXml } from '../../../config/cybertrace/xml/parse-xml.js';
import { messageOf, ServiceError } from '../../../core/index.js';

/** What the configuration file of Log Scanner says; see docs/guides/log-scanner.md. */
export interface ScanSettings {
  readonly isVerbose: boolean;
  /** Connections to the service at a time. */
  readonly threads: number;
  /** Where reports are written; absolute. */
  readonly outputDirectory: string;
  /** The event that is made of a single value. */
  readonly pattern: string;
  readonly connection: string;
  /** How long the service may be silent, in seconds. */
  readonly timeoutSeconds: number;
}

/** CyberTrace help, page 171646. */
export const defaultPattern = 'ip=%IP% md5=%MD5% sha1=%SHA1% sha256=%SHA256% url=%URL%';
export const defaultConnection = '127.0.0.1:9999';
export { mostThreads, mostTimeoutSeconds };

const elements = ['Verbose', 'ThreadsCount', 'OutputDir', 'Pattern', 'Connection', 'Timeout'];
const maxFileBytes = 1_048_576;
const maxTextLength = 16_384;

const example = '<Settings><Connection>127.0.0.1:9999</Connection></Settings>';

/** What holds where no file says otherwise; reports are written to `directory`. */
export function defaultSettings(directory: string): ScanSettings {
  return {
    isVerbose: false,
    threads: 8,
    outputDirectory: directory,
    pattern: defaultPattern,
    connection: defaultConnection,
    timeoutSeconds: 15,
  };
}

/**
 * Reads a configuration file of Log Scanner, relative to `cwd`. A file that is not there, and an
 * element that is not in it, mean the defaults (CyberTrace help, page 171646); `onNotice` is told
 * about the file, and about elements that mean nothing. `OutputDir` counts from the file's folder.
 * Throws ServiceError TF_USAGE for a file that cannot be read or holds values that cannot be.
 */
export async function readScanSettings(
  path: string,
  cwd: string,
  onNotice: (text: string) => void,
): Promise<ScanSettings> {
  const file = resolve(cwd, path);
  const text = await textOf(file, path);
  if (text === undefined) {
    onNotice(`${path} is not there: the defaults hold`);
    return defaultSettings(cwd);
  }
  return parseScanSettings(text, path, dirname(file), cwd, onNotice);
}

/** The same from the file's text. */
export function parseScanSettings(
  text: string,
  where: string,
  folder: string,
  cwd: string,
  onNotice: (text: string) => void,
): ScanSettings {
  const values = readElements(text, where);
  for (const name of values.keys()) {
    if (!elements.includes(name)) onNotice(`${where}: the element ${name} means nothing here`);
  }
  const defaults = defaultSettings(cwd);
  const valueOf = (name: string): string | undefined => values.get(name)?.trim() || undefined;
  const number = (name: string, usual: number, most: number): number =>
    wholeNumber(valueOf(name), usual, most, `${where}: ${name}`);
  const output = valueOf('OutputDir');
  return {
    isVerbose: !/^(?:false|0|)$/i.test(valueOf('Verbose') ?? ''),
    threads: number('ThreadsCount', defaults.threads, mostThreads),
    outputDirectory: output === undefined ? defaults.outputDirectory : resolve(folder, output),
    pattern: valueOf('Pattern') ?? defaults.pattern,
    connection: valueOf('Connection') ?? defaults.connection,
    timeoutSeconds: number('Timeout', defaults.timeoutSeconds, mostTimeoutSeconds),
  };
}

/** A number from 1 to `most`. Throws ServiceError TF_USAGE that names `where`. */
export function wholeNumber(
  text: string | undefined,
  usual: number,
  most: number,
  where: string,
): number {
  if (text === undefined) return usual;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw new ServiceError(
    'TF_USAGE',
    `"${text.slice(0, 60)}" is no whole number from 1 to ${most}`,
    {
      where,
      hint: `write a number, such as ${usual}, or leave it out`,
    },
  );
}

async function textOf(file: string, shown: string): Promise<string | undefined> {
  try {
    const { size } = await stat(file);
    if (size > maxFileBytes) {
      throw new ServiceError('TF_USAGE', `the file has more than ${maxFileBytes} bytes`, {
        where: shown,
        hint: `it should hold a few elements: ${example}`,
      });
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ServiceError('TF_USAGE', `cannot read it: ${messageOf(error)}`, {
      where: shown,
      hint: 'name a file that you may read with -c',
      cause: error,
    });
  }
}

/** The texts of the elements below `Settings`, by name; of one that stands twice, the last. */
function readElements(text: string, where: string): ReadonlyMap<string, string> {
  const fail = (problem: string, line: number): ServiceError =>
    new ServiceError('TF_USAGE', `it is no configuration of Log Scanner: ${problem}`, {
      where: `${where}:${line}`,
      hint: `write for example ${example}`,
    });
  const document = parseXml(text);
  if (!document.ok) throw fail(`found ${document.problem.found}`, document.problem.position.line);
  const root = document.value;
  if (!isNamed(root, 'Settings')) {
    throw fail(`the root is ${root.name.slice(0, 60)}, not Settings`, root.position.line);
  }
  const values = new Map<string, string>();
  for (const element of root.children) {
    const name = elements.find((one) => isNamed(element, one)) ?? element.name;
    if (element.text.length > maxTextLength)
      throw fail(`${name} is too long`, element.position.line);
    values.set(name, element.text);
  }
  return values;
}
