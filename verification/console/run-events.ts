import type { RunMark } from '../envelope.js';
import { isGeneric, type ReadConsoleEvent } from './console-event.js';

/** Where the console put events of one kind. */
export interface Places {
  /** Under the log source they belong to. */
  readonly own: readonly ReadConsoleEvent[];
  /** Where what belongs to no log source goes: SIM Generic Log DSM. */
  readonly generic: readonly ReadConsoleEvent[];
  /** Under another log source. */
  readonly elsewhere: readonly ReadConsoleEvent[];
}

/** The events of one run, as the console has them. */
export interface RunEvents {
  readonly verification: Places;
  readonly detections: Places;
}

/** A log source as its events are known by. */
export interface LogSourceKey {
  /** Host name of the syslog header. */
  readonly identifier: string;
  /** Names of the log sources with this identifier, as far as they are known. */
  readonly names: readonly string[];
}

export interface RunKeys {
  readonly mark: RunMark;
  readonly verification: LogSourceKey;
  readonly detections: LogSourceKey;
}

/**
 * Sorts what a search for the run's marks found. A test event has the run's id (`vid`); a detection
 * has its address as `src` and no id. What else a search by text finds (another address that begins
 * alike) is left out, and so is a message that came twice, by its own id.
 */
export function sortRunEvents(events: readonly ReadConsoleEvent[], keys: RunKeys): RunEvents {
  const { runId, sourceAddress } = keys.mark;
  const isTest = ({ leef }: ReadConsoleEvent): boolean => leef?.attributes.get('vid') === runId;
  const isDetection = ({ leef }: ReadConsoleEvent): boolean =>
    leef?.attributes.get('src') === sourceAddress && !leef.attributes.has('vid');
  return {
    verification: placesOf(events.filter(isTest), keys.verification),
    detections: placesOf(withoutResent(events.filter(isDetection)), keys.detections),
  };
}

/** All events of one kind, those at their own place first. */
export function everywhere({ own, elsewhere, generic }: Places): readonly ReadConsoleEvent[] {
  return [...own, ...elsewhere, ...generic];
}

/** How many events came in, those that were merged into others counted too. */
export function countMerged(events: readonly ReadConsoleEvent[]): number {
  return events.reduce((sum, event) => sum + event.eventCount, 0);
}

function placesOf(events: readonly ReadConsoleEvent[], key: LogSourceKey): Places {
  const isOwn = (event: ReadConsoleEvent): boolean => isUnder(event, key);
  return {
    own: events.filter((event) => !isGeneric(event) && isOwn(event)),
    generic: events.filter(isGeneric),
    elsewhere: events.filter((event) => !isGeneric(event) && !isOwn(event)),
  };
}

/** A log source that the console made itself is called by its type and the identifier. */
function isUnder(
  { logSourceName }: ReadConsoleEvent,
  { identifier, names }: LogSourceKey,
): boolean {
  if (names.includes(logSourceName)) return true;
  return logSourceName.toLowerCase().includes(identifier.toLowerCase());
}

function withoutResent(events: readonly ReadConsoleEvent[]): readonly ReadConsoleEvent[] {
  const seen = new Set<string>();
  return events.filter(({ leef }) => {
    const id = leef?.attributes.get('msgId');
    if (id === undefined) return true;
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}
