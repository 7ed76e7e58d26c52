import type { Metrics } from '../../telemetry/index.js';
import { countsBy, isoTime } from '../health/status-values.js';
import type { LookupStatus } from '../health/status.js';
import type { LookupDesk } from './lookup-desk.js';

/** The part of GET /status about lookups of detections; null when none is looked up. */
export function lookupPage(desk: LookupDesk | undefined, metrics: Metrics): LookupStatus | null {
  if (desk === undefined) return null;
  const { portal, pause, waiting } = desk;
  return {
    portal: portal.address,
    pause:
      pause === undefined
        ? null
        : {
            reason: pause.reason,
            what: pause.what,
            toDo: pause.toDo,
            since: isoTime(pause.sinceMs) ?? '',
            until: isoTime(pause.untilMs) ?? '',
          },
    waiting,
    detections: countsBy(metrics, 'tf_lookup_detections_total', 'outcome'),
    requests: countsBy(metrics, 'tf_lookup_requests_total', 'outcome'),
    followUps: countsBy(metrics, 'tf_lookup_follow_ups_total', 'outcome'),
    quotaUsed: portal.quota?.used ?? null,
    quotaPerDay: portal.quota?.perDay ?? null,
  };
}
