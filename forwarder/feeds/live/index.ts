/**
 * Live lookups: what an event holds and no local feed knows is asked for on a server, beside the
 * matching.
 *
 *     const live = createLiveLookups({ address, access, feed, counters, logger,
 *       onAnswer: (match, event) => report(match, event) });
 *     live.ask(observables, event);   // returns at once
 */
export { createLiveLookups } from './live-lookups.js';
export {
  defaultLiveLimits,
  liveOutcomes,
  type LiveLimits,
  type LiveLookups,
  type LiveOptions,
  type LiveOutcome,
} from './live-options.js';
export { machineTime, type LiveTime } from './live-time.js';
