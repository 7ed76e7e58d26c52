import type { EventDescription } from '../events/event-description.js';
import { sampleValues } from './sample-values.js';

export type Attribute = readonly [key: string, value: string];

/** What stands behind `sev` and `msgId` in a sample event: the keys of docs/reference/leef.md, in order. */
export function sampleContext(event: EventDescription, number: number): readonly Attribute[] {
  switch (event.type) {
    case 'Detect':
      return detection(event.id, number);
    case 'Status':
    case 'Evaluation':
      return notices[event.id] ?? [];
    default:
      return event.type satisfies never;
  }
}

const absent = '-';

function detection(id: string, number: number): readonly Attribute[] {
  const values = sampleValues(number);
  const key = detectedKey(id);
  const found = values[key];
  const shown = (name: typeof key): string => (name === key ? values[name] : absent);
  return [
    ...(number % 10 === 9 ? summary(values.atMs) : []),
    ['eventTime', String(values.atMs - 2000)],
    ['url', shown('url')],
    ['ip', shown('ip')],
    ['md5', shown('md5')],
    ['sha1', shown('sha1')],
    ['sha256', shown('sha256')],
    ['usrName', values.user],
    ['src', values.src],
    ['dst', values.dst],
    ['matchedIndicator', found],
    ['confidence', '100'],
    ['id', String(9_000_000 + number)],
    ...ofRecord(key, values),
    ['first_seen', '04.03.2025 09:12'],
    ['last_seen', '16.11.2026 10:02'],
    ['popularity', values.popularity],
  ];
}

/** Detections that were held back (profile `calm`) come as one. */
function summary(atMs: number): readonly Attribute[] {
  return [
    ['count', '12'],
    ['firstTime', String(atMs - 60_000)],
    ['lastTime', String(atMs - 1000)],
  ];
}

type DetectedKey = 'url' | 'ip' | 'md5' | 'sha1' | 'sha256';

function detectedKey(id: string): DetectedKey {
  const hash = /_Hash_(MD5|SHA1|SHA256)$/.exec(id)?.[1]?.toLowerCase();
  if (hash !== undefined) return hash as DetectedKey;
  return /_IP$|^KL_IP_Reputation$/.test(id) ? 'ip' : 'url';
}

/** Fields as records of Kaspersky's feeds have them. */
function ofRecord(key: DetectedKey, values: ReturnType<typeof sampleValues>): readonly Attribute[] {
  switch (key) {
    case 'url':
      return [
        ['mask', `${values.host}/*`],
        ['type', '2'],
        ['geo', values.geo],
      ];
    case 'ip':
      return [
        ['feed_ip', values.ip],
        ['threat_score', values.threatScore],
        ['geo', values.geo],
      ];
    case 'md5':
    case 'sha1':
    case 'sha256':
      return [
        ['file_type', 'PE'],
        ['file_size', '204800'],
        ['threat', values.threat],
      ];
    default:
      return key satisfies never;
  }
}

const feed = ['feed', 'Phishing_URL_Data_Feed'] as const;

/** What status and evaluation events say beside their name; those that are not here say nothing. */
const notices: Readonly<Record<string, readonly Attribute[]>> = {
  KL_ALERT_UpdatedFeed: [feed, ['records', '200473']],
  KL_ALERT_FailedToUpdateFeed: [feed, ['error', 'not an array: line 1']],
  KL_ALERT_OutdatedFeed: [feed],
  KL_ALERT_FeedLoadedPartially: [feed, ['records', '100000'], ['left_out', '473']],
  KL_ALERT_IndicatorsStoreLimitExceeded: [feed, ['records', '200000'], ['left_out', '473']],
  KL_ALERT_ServiceUnavailable: [
    ['since', '2026-11-21T08:58:00.000Z'],
    ['reason', 'the service hangs'],
  ],
  KL_ALERT_FreeSpaceEnds: [
    ['directory', '/var/lib/threat-forwarder/spool'],
    ['free_bytes', '104857600'],
    ['limit_bytes', '268435456'],
  ],
  KL_ALERT_LoopProbe: [['probe', '5ad1c0de5ad1c0de']],
  KL_ALERT_LoopDetected: [
    ['layer', 'source'],
    ['seen', 'a message of this service by its log source'],
    ['log_source', 'KL_Threat_Feed_Service_V2'],
    ['peer', '192.0.2.10'],
    ['sightings', '1'],
    ['advice', 'take the log source of the service out of the routing rule'],
  ],
  KL_ALERT_EventsShed: [
    ['stage', 'intake'],
    ['reason', 'memory'],
    ['events', '120'],
  ],
  KL_ALERT_SpoolFull: [
    ['reason', 'full'],
    ['messages', '15'],
  ],
  LookupFinished: [
    ['sent_events', '2'],
    ['total', 'KL_Malicious_URL:1;KL_IP_Reputation:1;'],
  ],
  KL_EVALUATION_Verification: [
    ['result', 'passed'],
    ['passed', '37'],
    ['failed', '0'],
    ['run', '6f0a1c52-0000-41ee-8000-0242ac120002'],
  ],
  KL_EVALUATION_Lookup: [
    ['matchedIndicator', '198.51.100.77'],
    ['event', 'KL_IP_Reputation'],
    ['detectionMsgId', '0123456789abcdef01234567'],
    ['KLZone', 'Red'],
    ['KLThreatScore', '85'],
  ],
};
