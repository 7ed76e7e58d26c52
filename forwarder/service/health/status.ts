/**
 * What GET /status answers. Times are ISO 8601, UTC; numbers carry their unit in their name or are
 * plain counts since the start. docs/reference/status.md describes every field (status-fields.ts).
 */
export interface ServiceStatus {
  readonly at: string;
  readonly state: ServiceState;
  /** Why it is not ready; the first thing to look at. */
  readonly notReady: readonly string[];
  readonly problems: readonly Problem[];
  readonly service: {
    readonly version: string;
    readonly node: string;
    readonly pid: number;
    readonly startedAt: string;
    readonly uptimeSeconds: number;
    readonly profile: string;
    readonly configuration: string;
    readonly isConfigurationOutdated: boolean;
  };
  readonly intake: IntakeStatus;
  readonly index: IndexStatus | null;
  readonly detections: {
    readonly found: number;
    readonly suppressed: Counts;
    readonly waitingForSummary: number;
  };
  readonly delivery: DeliveryPage;
  /** Null: no detection is looked up. */
  readonly lookup: LookupStatus | null;
  readonly disks: readonly DiskStatus[];
  readonly loopDetectedAt: string | null;
  readonly statusEvents: readonly NotedEvent[];
}

/** `not ready`: it cannot do its work. `degraded`: it works, and somebody should look at it. */
export type ServiceState = 'ok' | 'degraded' | 'not ready';

/** Numbers by reason or outcome; only those above 0. */
export type Counts = Readonly<Record<string, number>>;

export interface Problem {
  /** Stable, for scripts: `collector.unreachable`. */
  readonly code: string;
  readonly what: string;
  readonly toDo: string;
}

export interface IntakeStatus {
  readonly listeners: readonly {
    readonly name: string;
    readonly address: string;
    readonly connections: number;
  }[];
  readonly eventsPerSecond: {
    readonly lastSecond: number;
    readonly lastMinute: number;
    readonly lastQuarterHour: number;
  };
  readonly received: number;
  readonly outcomes: Counts;
  readonly rejected: Counts;
  readonly rejectedLastQuarterHour: number;
  readonly bytes: number;
  readonly connectionsAccepted: number;
  readonly connectionsRefused: number;
  readonly connectionsRefusedLastQuarterHour: number;
  readonly faultsLastQuarterHour: number;
}

export interface IndexStatus {
  readonly version: string;
  readonly indicators: number;
  readonly isPinned: boolean;
  readonly unfilterableMasks: number;
  readonly damagesLastQuarterHour: number;
  readonly feeds: readonly FeedStatus[];
}

export interface FeedStatus {
  readonly name: string;
  readonly state: string;
  readonly role: string;
  readonly records: number;
  readonly faultyRecords: number;
  readonly writtenAt: string | null;
  readonly ageSeconds: number | null;
  readonly isOutdated: boolean;
  readonly failure: string | null;
}

/** As delivery says it; see docs/reference/status.md. */
export type AssuranceKind = 'assured' | 'sent' | 'best effort';

export interface CollectorStatus {
  readonly url: string;
  readonly group: string | null;
  readonly assurance: AssuranceKind;
  readonly isConnected: boolean;
  readonly connectedSince: string | null;
  readonly sentBytes: number | null;
  readonly acknowledgedBytes: number | null;
  readonly lagBytes: number | null;
  readonly unconfirmed: number;
  readonly sent: number;
  readonly resent: number;
  readonly failedAttempts: number;
  readonly lastError: { readonly message: string; readonly at: string } | null;
}

export interface SpoolStatus {
  readonly bytes: number;
  readonly maxBytes: number;
  readonly segments: number;
  readonly isHealthy: boolean;
  readonly isFull: boolean;
}

export interface DeliveryPage {
  readonly isConnected: boolean;
  /** None: messages go to standard output. */
  readonly collectors: readonly CollectorStatus[];
  readonly messages: number;
  readonly restored: number;
  readonly acknowledged: number;
  readonly waiting: number;
  readonly unconfirmed: number;
  readonly waitingBytes: number;
  readonly maxWaitingBytes: number;
  readonly dropped: Counts;
  readonly droppedLastQuarterHour: number;
  readonly spool: SpoolStatus | null;
}

/** Lookups of detections in the Threat Intelligence Portal (`lookup.enrich`). */
export interface LookupStatus {
  readonly portal: string;
  readonly pause: {
    readonly reason: string;
    readonly what: string;
    readonly toDo: string;
    readonly since: string;
    readonly until: string;
  } | null;
  readonly waiting: number;
  readonly detections: Counts;
  readonly requests: Counts;
  readonly followUps: Counts;
  readonly quotaUsed: number | null;
  readonly quotaPerDay: number | null;
}

/** Room on the disk of a folder the service writes to. */
export interface DiskStatus {
  readonly folder: string;
  readonly freeBytes: number;
  readonly isLow: boolean;
}

export interface NotedEvent {
  readonly at: string;
  readonly event: string;
  readonly context: Readonly<Record<string, string>>;
}
