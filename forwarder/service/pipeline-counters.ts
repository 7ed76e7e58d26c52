import type { Counter, CounterSource, OutcomeKind } from '../core/index.js';
import type { RejectReason } from '../intake/index.js';

export type PipelineCounters = ReturnType<typeof pipelineCounters>;

/**
 * The counters of an event's way. Every event ends in exactly one of matched, clean, looped, ignored,
 * failed, rejected; every detection is rendered by itself or counted as suppressed.
 */
export function pipelineCounters(source: CounterSource) {
  const outcome = (name: string): Counter => source.counter('tf_events_total', { outcome: name });
  const suppressed = (reason: string): Counter =>
    source.counter('tf_detections_suppressed_total', { reason });
  const rendered = (kind: OutcomeKind | 'summary'): Counter =>
    source.counter('tf_messages_rendered_total', { kind });
  return {
    received: source.counter('tf_events_received_total'),
    cold: source.counter('tf_events_cold_total'),
    matched: outcome('matched'),
    clean: outcome('clean'),
    looped: outcome('looped'),
    ignored: outcome('ignored'),
    /** A fault of ours; the log says which. */
    failed: outcome('failed'),
    lostPayloads: source.counter('tf_payloads_lost_total'),
    detections: source.counter('tf_detections_total'),
    suppressed: suppressed('suppressed_by_feed'),
    notSent: suppressed('not_sent_to_siem'),
    lowConfidence: suppressed('confidence'),
    overLimit: suppressed('per_event_limit'),
    patternsGivenUp: (name: string) =>
      source.counter('tf_patterns_given_up_total', { source: name }),
    rejected: (reason: RejectReason) => source.counter('tf_events_rejected_total', { reason }),
    problem: (reason: string) => source.counter('tf_envelope_problems_total', { reason }),
    rendered: {
      detect: rendered('detect'),
      summary: rendered('summary'),
      status: rendered('status'),
      evaluation: rendered('evaluation'),
    },
  };
}
