import { ownText } from '../own-text.js';

export interface BreakerSettings {
  /** Detections for a hundred events that are too many. */
  readonly percent: number;
  readonly minDetections: number;
  /** The time over which detections and events are counted. */
  readonly withinMs: number;
  /** For so long it stays open. */
  readonly forMs: number;
}

/** What made the breaker trip. */
export interface BreakerTrip {
  readonly logSource: string;
  /** Detections and events received within the time. */
  readonly detections: number;
  readonly events: number;
}

/** Part of the time, that is forgotten as a whole. */
interface Slice {
  readonly beganAtMs: number;
  /** Events received before it began. */
  readonly receivedBefore: number;
  /** Events with detections, of all log sources and of each. */
  matched: number;
  detections: number;
  readonly bySource: Map<string, number>;
}

const slices = 10;
/** More log sources in a tenth of the time: none of them has nine tenths of it. */
const maxSourcesOfSlice = 1000;
/** Of the events with detections that must be of one log source. */
const share = 0.9;
/** Longest log source that is told apart; it is whatever the sender says. */
const maxSourceLength = 255;

/**
 * Finds what only a loop looks like: far more detections than events should have, nearly all of them
 * in the events of one log source. Then it is open for that log source. Pure: time is an argument,
 * in monotonic milliseconds.
 */
export class CircuitBreaker {
  #settings: BreakerSettings;
  #slices: Slice[] = [];
  #openFor: string | undefined;
  #openUntilMs = 0;

  constructor(settings: BreakerSettings) {
    this.#settings = settings;
  }

  use(settings: BreakerSettings): void {
    this.#settings = settings;
  }

  /** Whether what comes from this log source is held back now. */
  isOpenFor(logSource: string, nowMs: number): boolean {
    return nowMs < this.#openUntilMs && this.#openFor === cut(logSource);
  }

  /** To be called several times within the time: so events count that lead to nothing, too. */
  tick(received: number, nowMs: number): void {
    this.#sliceAt(nowMs, received);
  }

  /**
   * Notes an event with detections; `received` counts all events so far. Gives back what it has
   * seen when that makes it trip; it does not trip again while it is open.
   */
  note(
    fullLogSource: string,
    detections: number,
    received: number,
    nowMs: number,
  ): BreakerTrip | undefined {
    const logSource = cut(fullLogSource);
    const slice = this.#sliceAt(nowMs, received - 1);
    slice.matched += 1;
    slice.detections += detections;
    const ofSource = slice.bySource.get(logSource);
    if (ofSource !== undefined || slice.bySource.size < maxSourcesOfSlice) {
      const key = ofSource === undefined ? ownText(logSource) : logSource;
      slice.bySource.set(key, (ofSource ?? 0) + 1);
    }
    if (nowMs < this.#openUntilMs) return undefined;
    return this.#judge(logSource, received, nowMs);
  }

  #sliceAt(nowMs: number, receivedBefore: number): Slice {
    const { withinMs } = this.#settings;
    const oldestMs = nowMs - withinMs;
    while ((this.#slices[0]?.beganAtMs ?? Infinity) < oldestMs) this.#slices.shift();
    const last = this.#slices.at(-1);
    if (last !== undefined && nowMs - last.beganAtMs < withinMs / slices) return last;
    const slice: Slice = {
      beganAtMs: nowMs,
      receivedBefore,
      matched: 0,
      detections: 0,
      bySource: new Map(),
    };
    this.#slices.push(slice);
    return slice;
  }

  /** Only the log source just seen can have brought it about. */
  #judge(logSource: string, received: number, nowMs: number): BreakerTrip | undefined {
    const { percent, minDetections, forMs } = this.#settings;
    let detections = 0;
    let matched = 0;
    let ofSource = 0;
    for (const slice of this.#slices) {
      detections += slice.detections;
      matched += slice.matched;
      ofSource += slice.bySource.get(logSource) ?? 0;
    }
    if (detections < minDetections) return undefined;
    const events = received - (this.#slices[0]?.receivedBefore ?? received);
    if (detections * 100 <= percent * events || ofSource <= share * matched) return undefined;
    this.#openFor = ownText(logSource);
    this.#openUntilMs = nowMs + forMs;
    this.#slices = [];
    return { logSource, detections, events };
  }
}

function cut(logSource: string): string {
  return logSource.length > maxSourceLength ? ownText(logSource, maxSourceLength) : logSource;
}
