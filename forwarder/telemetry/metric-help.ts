/** What every metric counts; docs/reference/metrics.md is generated from this table. */
export const metricDescriptions: Readonly<Record<string, string>> = {
  tf_events_received_total: 'Events received, rejected ones included',
  tf_events_total:
    'Events by outcome: matched, clean, looped (our own, dropped) or ignored by a rule',
  tf_events_rejected_total: 'Events that could not be taken, by reason',
  tf_events_cold_total: 'Events the scanner sent to the exact rules',
  tf_payloads_lost_total: 'Payloads that JSA merged away before forwarding (eventCnt above 1)',
  tf_envelope_problems_total: 'Oddities in received lines, by reason; the events were taken',
  tf_detections_total: 'Detections found, suppressed ones included',
  tf_detections_suppressed_total: 'Detections not reported, by reason',
  tf_messages_rendered_total: 'Messages rendered, by kind',
  tf_index_indicators: 'Indicators in the index in use',
  tf_feed_records: 'Records of a feed in the index in use',
  tf_feed_problems: 'Records of a feed that were left out at the last load',
  tf_feed_loads_total: 'Loads of all feeds, by outcome',
  tf_process_resident_bytes: 'Resident memory of the process',
  tf_process_cpu_seconds: 'Processor time used by the process',
  tf_up_seconds: 'Seconds since the process started',
};

/** One sentence about a metric, for the exposition format. */
export function metricHelp(name: string): string {
  return metricDescriptions[name] ?? name;
}
