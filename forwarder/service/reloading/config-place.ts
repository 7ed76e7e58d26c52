import { formatPlace } from '../../config/index.js';
import type { LoadedConfig } from '../../config/index.js';
import { ServiceError } from '../../core/index.js';

/** `sources[0].pattern`: keys with dots between, indexes in brackets. */
const pathForm = /^[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[\d+\])*$/;

/**
 * An error about a value of the configuration, with the place of that value in its file before its name:
 * `forwarder.yaml:12:5 sources[0].pattern`. Other errors, and values nobody gave, are as they were.
 */
export function withPlace(error: unknown, { places }: Pick<LoadedConfig, 'places'>): unknown {
  if (!(error instanceof ServiceError) || error.where === undefined) return error;
  const { code, message, where, hint, retryable, cause } = error;
  if (!pathForm.test(where)) return error;
  const path = [...where.matchAll(/[\w-]+/g)].map(([step]) =>
    /^\d+$/.test(step) ? Number(step) : step,
  );
  const place = places.givenAt(path);
  if (place === undefined) return error;
  return new ServiceError(code, message, {
    where: `${formatPlace(place)} ${where}`,
    ...(hint === undefined ? {} : { hint }),
    retryable,
    cause,
  });
}
