import type { ConsoleClient } from '../../../../../dsm/console/console-client.js';
import type { EventDescription } from '../../../../../dsm/index.js';
import type { SyslogTarget } from '../../../../../verification/console/index.js';
import type { Config } from '../../../../config/index.js';
import type { ConsoleSource } from './console-sources.js';
import type { EventTally } from './tally.js';

/** What a check found. */
export interface Finding {
  readonly status: 'ok' | 'warning' | 'failed';
  /** What was seen, one sentence. */
  readonly finding: string;
  /** What to do about it; there whenever the status is not ok. */
  readonly toDo?: string;
}

/** What checks look at. What the console is asked is asked once, whoever needs it. */
export interface DoctorContext {
  readonly config: Config;
  readonly facts: ConsoleClient['facts'];
  /** Identifiers of the detections and of the test events. */
  readonly identifier: string;
  readonly verificationIdentifier: string;
  /** Where the service's messages go in JSA; undefined when nothing says so. */
  readonly collector: SyslogTarget | undefined;
  readonly nowMs: number;
  /** Log sources of both identifiers. */
  readonly sources: () => Promise<readonly ConsoleSource[]>;
  /** Event ids and categories that the type of a log source has names for. */
  readonly mappings: (typeId: number) => Promise<readonly MappedEvent[]>;
  /** Every event that this site can send. */
  readonly siteEvents: () => Promise<readonly EventDescription[]>;
  /** What the log source of the detections received in the last 24 hours. */
  readonly tally: () => Promise<readonly EventTally[]>;
  /** The console's own notifications of the last 24 hours. */
  readonly notifications: () => Promise<readonly EventTally[]>;
  /** Connects and hangs up. Rejects when that cannot be done. */
  readonly reach: (target: SyslogTarget) => Promise<void>;
}

export interface MappedEvent {
  readonly eventId: string;
  readonly category: string;
}

/** One thing that is known to go wrong. */
export interface DoctorCheck {
  /** Stable, for scripts: `log-source`. */
  readonly name: string;
  /** For people: `Log source`. */
  readonly title: string;
  /** At least one finding. May throw: then it could not be looked at. */
  readonly look: (context: DoctorContext) => Promise<readonly Finding[]> | readonly Finding[];
}

export function ok(finding: string): readonly Finding[] {
  return [{ status: 'ok', finding }];
}

export function warning(finding: string, toDo: string): readonly Finding[] {
  return [{ status: 'warning', finding, toDo }];
}

export function failed(finding: string, toDo: string): readonly Finding[] {
  return [{ status: 'failed', finding, toDo }];
}
