import { readFile } from 'node:fs/promises';

import { isObject, messageOf, ServiceError } from '../../core/index.js';
import type { Escape, FieldOrder, Nested, PatternFormats } from '../../rendering/index.js';

/** What dialect.json says: a dialect of `%PATTERN%` formats. */
export interface DialectFile extends PatternFormats {
  /** One line for people: whose format it is. */
  readonly description: string;
  readonly escape: Escape;
  /** ASCII characters that end a field and have no escape: percent-encoded in values. */
  readonly percentEncode?: string;
  readonly nested: Nested;
  readonly order: FieldOrder;
  readonly syslogHeader: boolean;
}

export const dialectFileName = 'dialect.json';

interface Check {
  readonly isOptional?: boolean;
  readonly isRight: (value: unknown) => boolean;
  readonly expected: string;
}

const isText = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'string' && value.length >= least && value.length <= most;

const format: Check = {
  isRight: (value) => isText(value, 0, 16_384),
  expected: 'a text of at most 16384 characters',
};

const oneOf = (...words: readonly string[]): Check => ({
  isRight: (value) => words.some((word) => word === value),
  expected: `one of ${words.join(', ')}`,
});

/** Every key; by hand, because a schema's compiler would cost each start more than all else here. */
const checks: Readonly<Record<keyof DialectFile, Check>> = {
  description: {
    isRight: (value) => isText(value, 1, 200),
    expected: 'a text of 1 to 200 characters',
  },
  eventFormat: {
    isRight: (value) => isText(value, 1, 16_384),
    expected: 'a text of 1 to 16384 characters',
  },
  alertFormat: format,
  finishedEventFormat: format,
  recordFieldContextFormat: format,
  actionableFieldContextFormat: format,
  escape: oneOf('none', 'leef', 'cef', 'html'),
  percentEncode: {
    isOptional: true,
    isRight: (value) => typeof value === 'string' && /^[!-/:-@[-`{-~]{1,16}$/.test(value),
    expected: '1 to 16 punctuation marks',
  },
  nested: oneOf('underscore', 'dots', 'tracer'),
  order: oneOf('name', 'record'),
  syslogHeader: { isRight: (value) => typeof value === 'boolean', expected: 'true or false' },
};

/**
 * Reads a dialect.json. Undefined when there is none; throws ServiceError TF_TEMPLATE with everything
 * that is wrong with it.
 */
export async function readDialectFile(file: string): Promise<DialectFile | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fault(file, `cannot read the dialect: ${messageOf(error)}`, error);
  }
  const problems = problemsOf(value);
  if (problems.length > 0) throw fault(file, problems.join('; '));
  return value as DialectFile;
}

function problemsOf(value: unknown): readonly string[] {
  if (!isObject(value)) return ['the dialect is no object'];
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(checks, key));
  const wrong = Object.entries(checks).flatMap(([key, { isOptional, isRight, expected }]) => {
    const found = Object.hasOwn(value, key) ? value[key] : undefined;
    if (found === undefined) return isOptional === true ? [] : [`${key} is missing`];
    return isRight(found) ? [] : [`${key} is not ${expected}`];
  });
  return [...unknown.map((key) => `"${key}" is unknown`), ...wrong];
}

function fault(file: string, message: string, cause?: unknown): ServiceError {
  return new ServiceError('TF_TEMPLATE', message, {
    where: file,
    hint: 'docs/reference/formats.md explains every key of dialect.json',
    ...(cause === undefined ? {} : { cause }),
  });
}
