import type { ServiceStatus } from '../../forwarder/service/health/status.js';

type Changes = { readonly [Part in keyof ServiceStatus]?: Partial<ServiceStatus[Part]> | null };

/** A page of a service in good order, with parts of it changed. */
export function statusPage(changes: Changes = {}): ServiceStatus {
  const page: ServiceStatus = {
    at: '2026-11-21T12:00:00.000Z',
    state: 'ok',
    notReady: [],
    problems: [],
    service: {
      version: '1.2.3',
      node: 'v20.20.2',
      pid: 4711,
      startedAt: '2026-11-21T10:00:00.000Z',
      uptimeSeconds: 7200,
      profile: 'parity',
      configuration: '/etc/threat-forwarder/forwarder.yaml',
      isConfigurationOutdated: false,
    },
    intake: {
      listeners: [{ name: 'jsa', address: '0.0.0.0:9995', connections: 3 }],
      eventsPerSecond: { lastSecond: 5000, lastMinute: 4999.5, lastQuarterHour: 120.1 },
      received: 1_234_567,
      outcomes: { matched: 12, clean: 1_234_554 },
      rejected: { line_too_long: 1 },
      rejectedLastQuarterHour: 0,
      bytes: 987_654_321,
      connectionsAccepted: 4,
      connectionsRefused: 0,
      connectionsRefusedLastQuarterHour: 0,
      faultsLastQuarterHour: 0,
    },
    index: {
      version: 'abcdef0123456789',
      indicators: 1_000_000,
      isPinned: false,
      unfilterableMasks: 0,
      damagesLastQuarterHour: 0,
      feeds: [
        {
          name: 'Malicious_URL_Data_Feed',
          state: 'loaded',
          role: 'detect',
          records: 999_999,
          faultyRecords: 1,
          writtenAt: '2026-11-21T11:00:00.000Z',
          ageSeconds: 3600,
          isOutdated: false,
          failure: null,
        },
      ],
    },
    detections: { found: 14, suppressed: { confidence: 2 }, waitingForSummary: 0 },
    delivery: {
      isConnected: true,
      collectors: [
        {
          url: 'tcp://192.0.2.10:514',
          group: null,
          assurance: 'assured',
          isConnected: true,
          connectedSince: '2026-11-21T10:00:01.000Z',
          sentBytes: 4096,
          acknowledgedBytes: 4000,
          lagBytes: 96,
          unconfirmed: 3,
          sent: 13,
          resent: 1,
          failedAttempts: 0,
          lastError: null,
        },
      ],
      messages: 12,
      restored: 0,
      acknowledged: 9,
      waiting: 0,
      unconfirmed: 3,
      waitingBytes: 0,
      maxWaitingBytes: 67_108_864,
      dropped: {},
      droppedLastQuarterHour: 0,
      spool: {
        bytes: 65_536,
        maxBytes: 1_073_741_824,
        segments: 1,
        isHealthy: true,
        isFull: false,
      },
    },
    lookup: {
      portal: 'https://tip.kaspersky.com',
      pause: null,
      waiting: 0,
      detections: { enriched: 10, queued: 2 },
      requests: { report: 2 },
      followUps: { sent: 2 },
      quotaUsed: 42,
      quotaPerDay: 1000,
    },
    disks: [{ folder: 'spool', freeBytes: 5_000_000_000, isLow: false }],
    loopDetectedAt: null,
    statusEvents: [
      { at: '2026-11-21T10:00:00.500Z', event: 'KL_ALERT_ServiceStarted', context: {} },
    ],
  };
  return merged(page, changes) as ServiceStatus;
}

/** Objects are merged; everything else, lists too, is replaced. */
function merged(into: unknown, changes: unknown): unknown {
  if (!isPlain(into) || !isPlain(changes)) return changes;
  const result: Record<string, unknown> = { ...into };
  for (const [key, value] of Object.entries(changes)) result[key] = merged(result[key], value);
  return result;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
