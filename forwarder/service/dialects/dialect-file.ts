import { readFile } from 'node:fs/promises';

import type { ValidateFunction } from 'ajv/dist/2020.js';

import { messageOf, ServiceError } from '../../core/index.js';
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

const format = { type: 'string', maxLength: 16_384 };

const schema = {
  type: 'object',
  additionalProperties: false,
  required: [
    'description',
    'eventFormat',
    'alertFormat',
    'finishedEventFormat',
    'recordFieldContextFormat',
    'actionableFieldContextFormat',
    'escape',
    'nested',
    'order',
    'syslogHeader',
  ],
  properties: {
    description: { type: 'string', minLength: 1, maxLength: 200 },
    eventFormat: { ...format, minLength: 1 },
    alertFormat: format,
    finishedEventFormat: format,
    recordFieldContextFormat: format,
    actionableFieldContextFormat: format,
    escape: { enum: ['none', 'leef', 'cef', 'html'] },
    percentEncode: { type: 'string', pattern: '^[!-/:-@\\[-`{-~]{1,16}$' },
    nested: { enum: ['underscore', 'dots', 'tracer'] },
    order: { enum: ['name', 'record'] },
    syslogHeader: { type: 'boolean' },
  },
} as const;

let compiled: Promise<ValidateFunction<DialectFile>> | undefined;

async function compile(): Promise<ValidateFunction<DialectFile>> {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  return new Ajv2020({ allErrors: true }).compile<DialectFile>(schema);
}

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
  compiled ??= compile();
  const validate = await compiled;
  if (validate(value)) return value;
  const problems = (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const unknown =
      'additionalProperty' in params ? ` "${String(params['additionalProperty'])}"` : '';
    return `${instancePath === '' ? 'the dialect' : instancePath.slice(1)} ${message ?? 'is wrong'}${unknown}`;
  });
  throw fault(file, problems.join('; '));
}

function fault(file: string, message: string, cause?: unknown): ServiceError {
  return new ServiceError('TF_TEMPLATE', message, {
    where: file,
    hint: 'docs/reference/formats.md explains every key of dialect.json',
    ...(cause === undefined ? {} : { cause }),
  });
}
