import type { RowResult } from './judge-console.js';

/** How many events of one kind the console has, by where. */
export interface PlaceCounts {
  readonly own: number;
  readonly generic: number;
  readonly elsewhere: number;
  /** Names of the other log sources. */
  readonly elsewhereNames: readonly string[];
  /** Events that were merged into others (coalescing): their payloads are lost. */
  readonly merged: number;
}

/** What the service said about itself, before the events were sent and at the end. */
export type ServiceEvidence =
  | { readonly kind: 'not asked' }
  | { readonly kind: 'silent'; readonly why: string }
  | {
      readonly kind: 'answers';
      /** Events it received, and detections it made, in between. */
      readonly received: number;
      readonly found: number;
      readonly indicators: number;
      /** Whether a collector takes its messages. */
      readonly isDelivering: boolean;
    };

/** Everything that tells where the way of the events ends. */
export interface Evidence {
  readonly identifier: string;
  readonly verificationIdentifier: string;
  /** Where the test events were sent. */
  readonly collector: string;
  readonly events: number;
  readonly sent: number;
  readonly verification: PlaceCounts;
  readonly detections: PlaceCounts;
  /** How many of the judged rows have which result. */
  readonly results: Readonly<Partial<Record<RowResult, number>>>;
  readonly service: ServiceEvidence;
}

/** The step of the set-up that must be looked at. */
export type SetupStepName =
  | 'event collector'
  | 'log source of the test events'
  | 'forwarding destination or routing rule'
  | 'feeds'
  | 'way back to JSA'
  | 'log source of the detections'
  | 'event mappings'
  | 'coalescing';

export interface Advice {
  readonly step: SetupStepName;
  /** What was seen. */
  readonly finding: string;
  /** What to do, one sentence or two. */
  readonly toDo: string;
}

/** All of them, wherever they lie. */
export function total({ own, generic, elsewhere }: PlaceCounts): number {
  return own + generic + elsewhere;
}
