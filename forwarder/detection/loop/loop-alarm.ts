import type { ContextField } from '../../core/index.js';

/** The ways in which the service finds out that its own messages come back to it. */
export type LoopLayer = 'source' | 'token' | 'canary' | 'breaker';

/** Something that is, or looks like, an own message that came back. */
export interface LoopSighting {
  readonly layer: LoopLayer;
  /** What was seen, in a few words. */
  readonly seen: string;
  /** The log source it came from, or the host of its header. */
  readonly logSource: string;
  /** The address it came from; '' where many events say it together. */
  readonly peer: string;
}

const everyMs = 60_000;

/**
 * Says when KL_ALERT_LoopDetected is due: at the first sighting, then at most once a minute. One for what
 * is surely a loop and one for what looks like one, so that neither hides the other. Pure: time is an
 * argument, in monotonic milliseconds.
 */
export class LoopAlarm {
  #saidAtMs = -Infinity;
  #sightings = 0;

  /** Takes a sighting, and asks about it and gives back the alarm's context when one is due. */
  take(sighting: () => LoopSighting, nowMs: number): readonly ContextField[] | undefined {
    this.#sightings += 1;
    if (nowMs - this.#saidAtMs < everyMs) return undefined;
    this.#saidAtMs = nowMs;
    const sightings = this.#sightings;
    this.#sightings = 0;
    return contextOf(sighting(), sightings);
  }
}

function contextOf(
  { layer, seen, logSource, peer }: LoopSighting,
  sightings: number,
): readonly ContextField[] {
  return [
    ['layer', layer],
    ['seen', seen],
    ['log_source', logSource],
    ...(peer === '' ? [] : ([['peer', peer]] as const)),
    ['sightings', String(sightings)],
    ['advice', adviceFor(layer, logSource)],
  ];
}

function adviceFor(layer: LoopLayer, logSource: string): string {
  const remedy = `take the log source ${logSource} out of the routing rule that forwards to us`;
  switch (layer) {
    case 'source':
    case 'token':
    case 'canary':
      return remedy;
    case 'breaker':
      // It may be a storm of somebody else's, too.
      return `see what its events are; if they are our own messages, ${remedy}`;
    default:
      return layer satisfies never;
  }
}
