import { messageOf, ServiceError, type ServiceErrorDetails } from '../../core/index.js';
import type { FeedFault } from '../../feeds/index.js';
import { isOfMachine, type FeedFailure } from './feed-outcome.js';

/** What failed by a fault of the machine is read again after this, though nothing has changed. */
const retryMs = 600_000;

/** A feed that could not be loaded, by name: reload reports it as KL_ALERT_FailedToUpdateFeed. */
export class FeedLoadError extends ServiceError {
  override readonly name = 'FeedLoadError';
  readonly feed: string;

  constructor(feed: string, message: string, details: ServiceErrorDetails) {
    super('TF_FEED', message, details);
    this.feed = feed;
  }
}

/** Throws FeedLoadError for the first fault, feeds that are still to be fetched left out. */
export function refuseFaults(faults: readonly FeedFault[]): void {
  const fault = faults.find(({ isAwaited }) => !isAwaited);
  if (fault === undefined) return;
  const { name, error } = fault;
  throw feedLoadError(name, error.where ?? '', error);
}

/** A fault as it is kept with an index. */
export function failureOf(error: ServiceError, nowMs: number): FeedFailure {
  const { message, where, hint } = error;
  return { message, where, hint, ...(isOfMachine(error) ? { retryAtMs: nowMs + retryMs } : {}) };
}

/** The fault of a feed, by its name where it has one. */
export function feedLoadError(
  name: string | undefined,
  path: string,
  cause: unknown,
): FeedLoadError {
  const known = cause instanceof ServiceError ? cause : undefined;
  // A feed that cannot even be found may have no name: its place in the configuration.
  const feed = name ?? known?.where ?? 'feeds';
  return new FeedLoadError(feed, `feed ${feed}: ${messageOf(cause)}`, {
    where: known?.where ?? path,
    hint: known?.hint ?? 'check that the file can be read',
    cause,
  });
}
