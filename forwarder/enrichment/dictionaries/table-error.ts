import { isUtf8 } from 'node:buffer';
import { stat } from 'node:fs/promises';
import { types } from 'node:util';

import { ServiceError } from '../../core/index.js';

const lineFeed = 0x0a;

/** A dictionary that cannot be used as a whole: where in its file, why, what to do. */
export function tableError(where: string, message: string, hint: string): ServiceError {
  return new ServiceError('TF_CONFIG', message, { where, hint });
}

/** Any error of reading a file as one for the operator. */
export function asTableError(error: unknown, path: string): unknown {
  // Not instanceof: an error may come from another realm than this module.
  if (!types.isNativeError(error) || !('syscall' in error)) return error;
  return new ServiceError('TF_CONFIG', `The dictionary cannot be read: ${error.message}.`, {
    where: path,
    hint: 'Check that the file is there and that the user of the service may read it.',
    cause: error,
  });
}

/** Its size in bytes. Throws unless it is a regular file: reading others may never end. */
export async function sizeOfFile(path: string): Promise<number> {
  const stats = await stat(path);
  if (stats.isFile()) return stats.size;
  throw tableError(path, 'The dictionary is no regular file.', 'Name a CSV or JSON file.');
}

/** Throws unless these bytes, which begin at that line of the file, are text in UTF-8. */
export function requireText(bytes: Buffer, path: string, line: number): void {
  if (!bytes.includes(0) && isUtf8(bytes)) return;
  let at = 0;
  for (let number = line; at < bytes.length; number++) {
    const found = bytes.indexOf(lineFeed, at);
    const end = found < 0 ? bytes.length : found + 1;
    const row = bytes.subarray(at, end);
    if (row.includes(0) || !isUtf8(row)) {
      throw tableError(
        `${path}:${number}`,
        'The dictionary is no text in UTF-8.',
        'Unpack it, or save it as UTF-8 text.',
      );
    }
    at = end;
  }
}

/** There are more rows than a table holds. */
export function tooLarge(path: string): ServiceError {
  return tableError(
    path,
    'The dictionary is too large: its rows have more than 4 GiB.',
    'Split it into several dictionaries.',
  );
}
