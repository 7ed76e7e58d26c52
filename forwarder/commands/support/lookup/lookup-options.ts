import { resolve } from 'node:path';

import { ServiceError } from '../../../core/index.js';
import { functionNamed, lookupFunctions } from '../../../lookup/functions/index.js';
import type { LookupFunction } from '../../../lookup/kl-fields.js';
import { lookupKinds } from '../../../lookup/lookup-object.js';
import type { LookupKind } from '../../../lookup/lookup-object.js';
import { nearest } from '../../../config/nearest.js';
import { readFieldNames } from './field-names.js';

type Given = Readonly<Record<string, unknown>>;

/** Rows that are to be added to. */
export interface RowsWanted {
  /** A path, or `-`: standard input. */
  readonly input: string;
  /** A path; undefined: standard output. */
  readonly output: string | undefined;
  readonly resumes: boolean;
  readonly format:
    | {
        readonly kind: 'csv';
        /** Name, or number from 1. */
        readonly column: string;
        /** Undefined: as the heading says. */
        readonly delimiter: string | undefined;
        readonly hasHeading: boolean;
      }
    | { readonly kind: 'ndjson'; readonly field: string };
}

/** What `lookup` is asked for. */
export interface LookupWanted {
  /** What the values are; undefined: as they look. */
  readonly kind: LookupKind | undefined;
  readonly values: readonly string[];
  readonly rows: RowsWanted | undefined;
  /** Named ones; none: by the kind of each value, or by `fields`. */
  readonly functions: readonly LookupFunction[];
  /** Without `$`; undefined: all the functions give. */
  readonly fields: readonly string[] | undefined;
  readonly listLimit: number;
  readonly isJson: boolean;
  readonly isRaw: boolean;
  readonly isQuiet: boolean;
  readonly cache: 'used' | 'refreshed' | 'none';
  /** Undefined: as the configuration says. */
  readonly portal: 'tip' | 'opentip' | undefined;
  /** Absolute. */
  readonly dnifConfig: string | undefined;
}

/** Reads the options as commander gives them. Throws ServiceError TF_USAGE. */
export function readLookupOptions(given: Given, args: readonly string[]): LookupWanted {
  const functions = ((given['function'] ?? []) as readonly string[]).map(readFunction);
  const rows = readRows(given);
  const [first, ...others] = args;
  const named = lookupKinds.find((kind) => kind === first);
  const values = named === undefined ? args : others;
  const kinds = new Set(functions.map(({ kind }) => kind));
  // Functions of one kind say what the values are.
  const kind = named ?? (kinds.size === 1 ? [...kinds][0] : undefined);
  const fields = readFieldNames(given['fields'], functions);
  if (named !== undefined) {
    const wrong = functions.find((one) => one.kind !== named);
    if (wrong !== undefined) {
      throw usage('--function', `${wrong.name} is none for ${named}`, 'name one of that kind');
    }
  }
  if (rows === undefined && values.length === 0) {
    throw usage(
      undefined,
      'nothing to look up is named',
      'name a hash, an IP address, a domain or a URL, or rows: --csv, --ndjson',
    );
  }
  if (rows !== undefined && values.length > 0) {
    throw usage(undefined, 'values and rows are both named', 'look them up one after the other');
  }
  if (given['raw'] === true && given['json'] !== true) {
    throw usage('--raw', 'replies of the portal are JSON', 'add --json');
  }
  if (rows?.output === undefined && rows !== undefined && given['json'] === true) {
    throw usage('--json', 'standard output is where the rows go', 'add --output FILE');
  }
  if (given['cache'] === false && given['refresh'] === true) {
    throw usage('--refresh', 'it keeps answers, --no-cache keeps none', 'leave one of them out');
  }
  return {
    kind,
    values,
    rows,
    functions,
    fields,
    listLimit: readLimit(given['limit']),
    isJson: given['json'] === true,
    isRaw: given['raw'] === true,
    isQuiet: given['quiet'] === true,
    portal: readPortal(given['portal']),
    dnifConfig:
      given['dnifConfig'] === undefined ? undefined : resolve(given['dnifConfig'] as string),
    cache: given['cache'] === false ? 'none' : given['refresh'] === true ? 'refreshed' : 'used',
  };
}

function readFunction(name: string): LookupFunction {
  const found = functionNamed(name);
  if (found !== undefined) return found;
  const names = lookupFunctions.map((one) => one.name);
  const near = nearest(name, names);
  throw usage(
    '--function',
    `there is no function "${name}"`,
    near === undefined ? `name one of ${names.join(', ')}` : `perhaps ${near} is meant`,
  );
}

function readPortal(given: unknown): 'tip' | 'opentip' | undefined {
  if (given === undefined || given === 'tip' || given === 'opentip') return given;
  throw usage('--portal', 'there is no such portal', 'name tip or opentip');
}

function readLimit(given: unknown): number {
  const limit = Number(given ?? 10);
  if (Number.isSafeInteger(limit) && limit >= 0) return limit;
  throw usage('--limit', 'it is no number of rows', 'give a whole number, such as 10');
}

function readRows(given: Given): RowsWanted | undefined {
  const { csv, ndjson, column, field, output, delimiter } = given as Readonly<
    Record<string, string | undefined>
  >;
  const resumes = given['resume'] === true;
  if (csv !== undefined && ndjson !== undefined) {
    throw usage('--ndjson', 'rows are CSV or JSON, not both', 'leave one of them out');
  }
  const input = csv ?? ndjson;
  if (input === undefined) {
    const only = { column, field, output, delimiter, resume: resumes ? '' : undefined };
    const wrong = Object.entries(only).find(([, value]) => value !== undefined);
    if (wrong === undefined) return undefined;
    throw usage(`--${wrong[0]}`, 'it is for rows only', 'name them: --csv FILE or --ndjson FILE');
  }
  if (resumes && output === undefined) {
    throw usage('--resume', 'only a file can be gone on with', 'name the same --output as before');
  }
  if (resumes && input === '-') {
    throw usage(
      '--resume',
      'what comes by standard input cannot be gone on with',
      'name a file to be able to go on',
    );
  }
  const name = csv === undefined ? field : column;
  const option = csv === undefined ? '--field' : '--column';
  if (name === undefined || name === '') {
    throw usage(option, 'it does not say what to look up', `name it: ${option} NAME`);
  }
  if (delimiter !== undefined && !/^[\t -!#-~]$/.test(delimiter)) {
    throw usage('--delimiter', 'it is no single character', 'give one, such as ";"');
  }
  const hasHeading = given['heading'] !== false;
  return {
    input,
    output,
    resumes,
    format:
      csv === undefined
        ? { kind: 'ndjson', field: name }
        : { kind: 'csv', column: name, delimiter, hasHeading },
  };
}

/** A fault of what was typed. */
export function usage(where: string | undefined, problem: string, hint: string): ServiceError {
  return new ServiceError('TF_USAGE', problem, where === undefined ? { hint } : { where, hint });
}
