/** What every metric counts; docs/reference/metrics.md is made from it. */
export const metricDescriptions: Readonly<Record<string, string>> = {
  tf_events_received_total: 'Events received, rejected ones included',
  tf_events_total:
    'Events by outcome: matched, clean, looped (our own, dropped), ignored by a rule or failed (a fault of ours)',
  tf_events_rejected_total: 'Events that could not be taken, by reason',
  tf_events_cold_total: 'Events the scanner sent to the exact rules',
  tf_payloads_lost_total: 'Payloads that JSA merged away before forwarding (eventCnt above 1)',
  tf_envelope_problems_total: 'Oddities in received lines, by reason; the events were taken',
  tf_patterns_given_up_total:
    'Times a pattern left the rest of an event out because it takes too much work, by source',
  tf_detections_total: 'Detections found, suppressed ones included',
  tf_detections_suppressed_total:
    'Detections without a message of their own, by reason: suppressed_by_feed, not_sent_to_siem, confidence, per_event_limit, count_only; and, to be in the count of a summary, window, rate, breaker',
  tf_detections_count_only_total:
    'Detections that are only counted, by the rule of storm.countOnly',
  tf_detections_summarised_total:
    'Detections that the counts of the summaries sent so far add up to',
  tf_detections_waiting: 'Detections held back that no summary has told of yet',
  tf_storm_windows: 'Windows of storm control that are open',
  tf_loops_detected_total:
    'Own messages that came back, by what has known them: source (log source or start of the payload), token, canary (the probe); and breaker: how often the circuit breaker has tripped',
  tf_messages_rendered_total: 'Messages rendered, by kind: detect, summary, status, evaluation',
  tf_intake_connections_total: 'Connections accepted',
  tf_intake_connections_refused_total: 'Connections refused because too many were open',
  tf_intake_connections_closed_total:
    "Connections closed, by reason: ended (by the peer), reset, error, idle, partial_timeout, memory_cap, tls_hello, stopped; of CyberTrace's protocol also answered (by us, behind the reply), reply_stall (replies were left unread), no_place (refused)",
  tf_intake_bytes_total: 'Bytes received, those of TLS itself not counted',
  tf_scan_threads: 'Threads that scan events beside the main one',
  tf_scan_batches_total: 'Batches of events handed to those threads',
  tf_scan_batches_rerun_total: 'Batches handed over again because their thread had died',
  tf_scan_thread_restarts_total: 'Scanning threads started again after they had died',
  tf_intake_lines_total: 'Lines handed on',
  tf_intake_oversize_lines_total: 'Lines over the limit, skipped',
  tf_intake_oversize_bytes_total: 'Bytes of the lines over the limit',
  tf_intake_partial_timeouts_total:
    'Lines whose end did not come in time; the connection was closed',
  tf_intake_cut_lines_total:
    'Lines cut off by a connection that broke or by the stop of the service',
  tf_intake_tls_renewals_total:
    'Times the certificate of the listener was read again and taken into use',
  tf_intake_tls_failures_total: 'Connections whose TLS handshake failed',
  tf_intake_accept_errors_total: 'Connections that the operating system could not hand over',
  tf_intake_handler_errors_total: 'Lines whose handling failed inside the service; a fault of ours',
  tf_sessions_total:
    "Sessions of CyberTrace's protocol that brought events, by the flags they began with",
  tf_session_pings_total: 'Health checks (X-KF-ReplyBackPING) answered',
  tf_session_flags_ignored_total:
    'Events that begin with a flag which counts only at the start of a session, in its order',
  tf_reply_messages_total: 'Messages of replies handed to the operating system',
  tf_reply_messages_dropped_total:
    'Messages of replies that could not be handed over, by reason: unread (the client did not read), lost (the connection broke), stopped (the service was)',
  tf_delivery_messages_total: 'Messages taken for delivery',
  tf_delivery_restored_total: 'Messages of the run before, found in the spool at the start',
  tf_delivery_waiting:
    'Messages that wait to be sent, or to be sent again, in memory or in the spool',
  tf_delivery_unconfirmed: 'Messages sent that may have to be sent again',
  tf_delivery_sent_total:
    'Messages handed to the operating system for a collector, resends included',
  tf_delivery_way_seconds:
    'How long messages were on their way: from what they report (the time in their header) to their first being handed to the operating system; a histogram',
  tf_delivery_resent_total:
    'Messages sent once more, because a connection was lost before they were confirmed',
  tf_delivery_acknowledged_total:
    'Messages done with: surely read by the collector, or handed over where that cannot be known',
  tf_delivery_dropped_total:
    'Messages dropped, by reason: queue_full, spool_full, spool_damaged, too_long, shutdown',
  tf_delivery_turn_overs_total:
    'Connections ended in good order and opened anew, to prove that what waited for that was read',
  tf_delivery_oversized_total: 'Messages sent though longer than the collector is known to take',
  tf_delivery_dialect_missing_total:
    'Messages sent in the dialect of the first collector to one that wants another dialect, because they have no text in it: they waited in the spool while the configuration was changed',
  tf_delivery_connections_total: 'Connections to a collector made',
  tf_delivery_connect_failures_total: 'Connections to a collector that failed to open',
  tf_delivery_tls_failures_total:
    'Connections to a collector that TLS refused or ended, by reason: unknown_authority, self_signed, wrong_name, expired, not_yet_valid, no_tls, no_answer, old_version, client_certificate, handshake_refused, unusable_file, other',
  tf_delivery_connections_lost_total: 'Connections to a collector that were lost',
  tf_spool_bytes: 'Space that the files of the spool take',
  tf_spool_segments: 'Files with messages in the spool',
  tf_spool_healthy: '1 while the spool can be written; 0: messages wait in memory only',
  tf_spool_written_total: 'Messages written to the spool',
  tf_spool_corrupt_records_total:
    'Messages of the spool that could not be read back: damaged, or their file is gone',
  tf_spool_syncs_total: 'Times that what was written to the spool was forced onto the disk',
  tf_spool_write_failures_total: 'Failures of the disk while the spool was written',
  tf_spool_evicted_total: 'Oldest messages deleted because the spool was full',
  tf_feed_fetches_total: 'Fetches of a feed, by feed and outcome: updated, unchanged, failed',
  tf_live_lookups_total:
    'Values that live feeds were to be asked for, by feed and outcome: hit, miss, cached_hit, cached_miss, not_asked, queue_full, paused, failed, closed',
  tf_live_requests_total: 'Requests to the server of a live feed, by feed and outcome',
  tf_live_waiting: 'Values that wait for the answer of a live feed',
  tf_index_indicators: 'Indicators in the index in use',
  tf_index_damages_total: 'Reads of the index file that failed; a detection may be missing',
  tf_index_unfilterable_masks:
    'Masks without any host or word to look for; above 0 every event is matched in full',
  tf_feed_records: 'Records of a feed in the index in use',
  tf_feed_problems: 'Records of a feed that were left out at the last load',
  tf_feed_loads_total: 'Loads of all feeds, by outcome',
  tf_config_reloads_total: 'Reloads of the configuration, by outcome: done, failed',
  tf_config_differs:
    '1 while the running configuration is not the one on disk: a reload was refused, needs a restart, or is due',
  tf_disk_free_bytes:
    'Room on the disk of a folder the service writes to: spool, index, state, lookup, log',
  tf_statistics_write_failures_total:
    'Times the statistics could not be written; what was counted stays in memory and is written later',
  tf_statistics_damaged_files_total:
    'Daily files of the statistics that were damaged and put aside',
  tf_statistics_over_limit_total:
    'Detections counted under (other) in the statistics, because an hour has too many different ones',
  tf_up_seconds: 'Seconds since the process started',
  tf_enrichment_rows_total:
    'Rows of dictionaries read, by dictionary (source) and outcome: taken, duplicate (a later row with the same key is found instead), no_key (cannot be found)',
  tf_enrichment_lookups_total: 'Values looked up in the dictionaries',
  tf_enrichment_answers_total:
    'Answers given beside those of the feeds, by dictionary or enricher (source)',
  tf_enrichment_requests_total:
    'Events that enrichers were asked about, by enricher and outcome: answered (nothing known counts too), timeout, error, bad_answer, crashed (its thread ended), queue_full, stopped',
  tf_enrichment_restarts_total: 'Threads of enrichers started again after they had ended',
  tf_lookup_detections_total:
    'Detections that an entry of lookup.enrich fits, by outcome: enriched; no_data (the portal is known to have none); and those that went out as they are: queued (their lookup waits), joined (to an equal one), asked_lately (a minute ago, and the answer was not kept; or the portal refused the object), not_asked (may not leave the house), queue_full, paused, stopped, failed (a fault of ours)',
  tf_lookup_requests_total:
    'Lookups made for detections, by outcome: report, no_data, cached (answered by the disk), or the failure: bad_request, unauthorised, quota_exceeded, too_long, too_many_requests, server_fault, unexpected_answer, unreachable, tls, not_asked, stopped',
  tf_lookup_follow_ups_total:
    'Messages KL_EVALUATION_Lookup that were to follow detections, by outcome: sent, or not, because lookups paused, failed or were stopped',
  tf_lookup_waiting: 'Objects whose lookup is waited for; no detection waits',
  tf_lookup_paused:
    '1 while the portal is not asked for detections: it fails, refuses us, or its quota is left to people',
  tf_lookup_faults_total:
    'Faults of the service in the lookup of one event of a session; the log says which',
};

/** One sentence about a metric, for the exposition format. */
export function metricHelp(name: string): string {
  return metricDescriptions[name] ?? name;
}
