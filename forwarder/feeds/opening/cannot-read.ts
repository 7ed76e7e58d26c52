import { types } from 'node:util';
import { ServiceError } from '../../core/index.js';

/** An error of the operating system, with its code (`ENOENT`, `EACCES`). */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  // Not instanceof: an error may come from another realm than this module.
  return types.isNativeError(error) && 'code' in error && typeof error.code === 'string';
}

/** The operator's view of a file that the operating system does not give. */
export function cannotRead(where: string, cause: NodeJS.ErrnoException): ServiceError {
  return new ServiceError('TF_FEED', `The feed cannot be read: ${cause.message}.`, {
    where,
    hint:
      cause.code === 'EACCES' || cause.code === 'EPERM'
        ? 'Let the user of the service read the file and enter its folders.'
        : 'Check that the file is there and its disk in order.',
    cause,
  });
}

/** An error as it came, unless it is one of the operating system: then in the operator's words. */
export function asReadError(error: unknown, where: string): unknown {
  return isSystemError(error) && error.syscall !== undefined ? cannotRead(where, error) : error;
}
