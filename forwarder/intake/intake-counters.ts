import type { Counter, CounterSource } from '../core/index.js';

export type CloseReason =
  'ended' | 'reset' | 'error' | 'idle' | 'partial_timeout' | 'memory_cap' | 'tls_hello' | 'stopped';

export type IntakeCounters = ReturnType<typeof intakeCounters>;

/** The counters of one listener. */
export function intakeCounters(source: CounterSource, listener: string) {
  const labels = { listener };
  const closed = (reason: CloseReason): Counter =>
    source.counter('tf_intake_connections_closed_total', { listener, reason });
  return {
    connections: source.counter('tf_intake_connections_total', labels),
    refused: source.counter('tf_intake_connections_refused_total', labels),
    bytes: source.counter('tf_intake_bytes_total', labels),
    lines: source.counter('tf_intake_lines_total', labels),
    oversizeLines: source.counter('tf_intake_oversize_lines_total', labels),
    oversizeBytes: source.counter('tf_intake_oversize_bytes_total', labels),
    partialTimeouts: source.counter('tf_intake_partial_timeouts_total', labels),
    cutLines: source.counter('tf_intake_cut_lines_total', labels),
    tlsRenewals: source.counter('tf_intake_tls_renewals_total', labels),
    tlsFailures: source.counter('tf_intake_tls_failures_total', labels),
    acceptErrors: source.counter('tf_intake_accept_errors_total', labels),
    handlerErrors: source.counter('tf_intake_handler_errors_total', labels),
    closed: {
      ended: closed('ended'),
      reset: closed('reset'),
      error: closed('error'),
      idle: closed('idle'),
      partial_timeout: closed('partial_timeout'),
      memory_cap: closed('memory_cap'),
      tls_hello: closed('tls_hello'),
      stopped: closed('stopped'),
    } satisfies Record<CloseReason, Counter>,
  };
}
