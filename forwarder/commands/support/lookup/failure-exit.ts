import { exitCodes, ServiceError } from '../../../core/index.js';
import type { ExitCode } from '../../../core/index.js';
import { isOfValue } from '../../../lookup/lookup-result.js';
import type { LookupFailure } from '../../../lookup/lookup-result.js';
import type { Failed } from './look-up.js';

/** The exit code a failure means. */
export function exitCodeOfFailure(failure: LookupFailure): ExitCode {
  if (isOfValue(failure)) return exitCodes.fellShort;
  return failure === 'unauthorised' || failure === 'tls' ? exitCodes.usage : exitCodes.unavailable;
}

/** The failure as the error that ends the command; `done` and `then` say how far it came and how it goes on. */
export function errorOf({ failure, message, hint }: Failed, done = '', then = ''): ServiceError {
  const isOurs = exitCodeOfFailure(failure) === exitCodes.usage;
  return new ServiceError(isOurs ? 'TF_CONFIG' : 'TF_PEER_UNAVAILABLE', `${message}${done}`, {
    hint: `${hint}${then}`,
  });
}
