import type { Counter, CounterSource } from '../../core/index.js';
import type { LookupResult } from '../../lookup/lookup-result.js';
import { lookupFailures } from '../../lookup/lookup-result.js';

/** What became of a detection that an entry of `lookup.enrich` fits: each is counted once. */
export const detectionOutcomes = [
  /** It went out with what is known; `no_data`: it is known that the portal has nothing. */
  'enriched',
  'no_data',
  /** It went out as it is: its lookup waits; `joined`: with an equal one. */
  'queued',
  'joined',
  /** Asked a moment ago, and the answer was not kept, or the portal refused this object. */
  'asked_lately',
  /** It may not leave the house, or is nothing that can be asked. */
  'not_asked',
  'queue_full',
  'paused',
  /** A fault of ours. */
  'failed',
  'stopped',
] as const;
export type DetectionOutcome = (typeof detectionOutcomes)[number];

const followUpOutcomes = ['sent', 'paused', 'failed', 'stopped'] as const;
export type FollowUpOutcome = (typeof followUpOutcomes)[number];

export type LookupCounters = ReturnType<typeof lookupCounters>;

/** Lookups of detections in numbers. */
export function lookupCounters(source: CounterSource) {
  const each = <Name extends string>(metric: string, outcomes: readonly Name[]) =>
    Object.fromEntries(
      outcomes.map((outcome) => [outcome, source.counter(metric, { outcome })]),
    ) as Record<Name, Counter>;
  const failures = lookupFailures.map((failure) => failure.replaceAll('-', '_'));
  const requests = each('tf_lookup_requests_total', ['report', 'no_data', 'cached', ...failures]);
  return {
    detections: each('tf_lookup_detections_total', detectionOutcomes),
    followUps: each('tf_lookup_follow_ups_total', followUpOutcomes),
    request: (result: LookupResult): Counter | undefined => requests[outcomeOf(result)],
  };
}

function outcomeOf(result: LookupResult): string {
  if (result.kind === 'failed') return result.failure.replaceAll('-', '_');
  return result.from === 'cache' ? 'cached' : result.kind.replaceAll('-', '_');
}
