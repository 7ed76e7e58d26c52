import type { EventDescription } from '../../events/event-description.js';
import type { CustomProperty } from '../../properties/custom-property.js';
import type { ConsoleError } from '../console-error.js';

/** What the console shall have when all is done. */
export interface DesiredSetup {
  /** Identifier of the service's messages, and name of their log source. */
  readonly identifier: string;
  /** Identifier of the test events, and name of their log source. */
  readonly verificationIdentifier: string;
  /** Log source type of the detections; undefined: the best the console has (see logSourceTypeNames). */
  readonly logSourceType: string | undefined;
  /** Name of the event collector; undefined: the only one, or the one at `collectorHost`. */
  readonly eventCollector: string | undefined;
  /** Host of the collector that the service sends to. */
  readonly collectorHost: string | undefined;
  /** The catalogue, and the events of the site's own feeds. */
  readonly events: readonly EventDescription[];
  readonly properties: readonly CustomProperty[];
}

export const setupResources = [
  'log source type',
  'log source',
  'auto-detection',
  'event name (QID)',
  'event mapping',
  'custom property',
  'property expression',
  'deployment',
] as const;
export type SetupResource = (typeof setupResources)[number];

/**
 * `same`: it is there as wanted. `create`, `change`, `remove`: what is (to be) done. `keep`: it is there,
 * differs, and belongs to somebody else, so it stays; `detail` says how it differs.
 */
export type SetupAction = 'same' | 'create' | 'change' | 'keep' | 'remove';

/** One thing on the console and what is to become of it. */
export interface SetupStep {
  readonly resource: SetupResource;
  readonly name: string;
  readonly action: SetupAction;
  /** What differs, for people: `coalescing on → off`. */
  readonly detail?: string;
}

/** What a run would do, or did. */
export interface SetupReport {
  /** What is there already, what was done, in order. In a plan: what would be. */
  readonly steps: readonly SetupStep[];
  /** What could not be done any more, after an error. */
  readonly left: readonly SetupStep[];
  /** Why it stopped before the end. */
  readonly stoppedBy?: ConsoleError;
  /** What a person has to do or to know. */
  readonly notes: readonly string[];
}

/** Told as each step is done, for a progress line. */
export type OnStep = (step: SetupStep, done: number, total: number) => void;

export interface SetupOptions {
  /** Whether changes are deployed, which log sources need to take effect. Default: yes. */
  readonly deploys?: boolean;
  /** How long a deployment is waited for; default 10 minutes. */
  readonly deployLimitMs?: number;
  /** Ends the run between two steps, as an error does. */
  readonly signal?: AbortSignal | undefined;
  /** Waits; rejects when the signal is aborted. Default: the timer. */
  readonly pause?: (ms: number, signal?: AbortSignal) => Promise<void>;
}
