import type { LowLevelCategory } from './low-level-categories.js';

/** The event types that the Kaspersky DSM records; `cat` in a LEEF line. */
export const eventTypes = ['Detect', 'Status', 'Evaluation'] as const;
export type EventType = (typeof eventTypes)[number];

export interface EventDescription {
  /** EventID of the LEEF header, and the name in QRadar's event mapping. */
  readonly id: string;
  readonly type: EventType;
  /** One sentence without a comma: QRadar's import files are divided by commas. */
  readonly description: string;
  /** 1 (harmless) to 10; LEEF's `sev`. */
  readonly severity: number;
  readonly category: LowLevelCategory;
  /** `emitted`: this service sends it. `vendor`: only CyberTrace does; listed so that JSA knows it. */
  readonly origin: 'emitted' | 'vendor';
}
