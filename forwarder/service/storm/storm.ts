import type { Counter, CounterSource, Detection, EventValues } from '../../core/index.js';
import { CircuitBreaker, StormControl } from '../../detection/index.js';
import type { Asset, BreakerTrip, Moment, StormVerdict } from '../../detection/index.js';
import { isExempt } from './storm-rules.js';
import type { StormRules } from './storm-rules.js';

export interface StormOptions {
  readonly rules: StormRules;
  readonly runId: string;
  readonly counters: CounterSource;
  /** The time by both clocks. */
  readonly now: () => Moment;
  /** How many events were received so far. */
  readonly received: () => number;
  readonly onSummary: (summary: Detection) => void;
  readonly onTrip: (trip: BreakerTrip) => void;
}

/** What of an event decides about its detections. */
export interface EventOrigin {
  readonly logSource: string;
  /** The rule by which detections of the event are only counted. */
  readonly countOnly: string | undefined;
}

/** How often windows that are over are looked for. */
const tickMs = 250;

/**
 * Storm control at work: counts every detection that is held back by its reason, sees to it that
 * windows end in time, and tells of the circuit breaker. Each detection that it is given is given
 * back, or counted in `tf_detections_suppressed_total`; each of those but `count_only` is in the
 * count of one summary.
 */
export class Storm {
  readonly #options: StormOptions;
  readonly #control: StormControl;
  readonly #breaker: CircuitBreaker;
  readonly #held: Readonly<Record<Exclude<StormVerdict, 'send'> | 'count_only', Counter>>;
  readonly #timer: NodeJS.Timeout;
  #rules: StormRules;

  constructor(options: StormOptions) {
    const { rules, counters, runId, onSummary } = options;
    this.#options = options;
    this.#rules = rules;
    const held = (reason: string): Counter =>
      counters.counter('tf_detections_suppressed_total', { reason });
    this.#held = {
      window: held('window'),
      rate: held('rate'),
      breaker: held('breaker'),
      count_only: held('count_only'),
    };
    const summarised = counters.counter('tf_detections_summarised_total');
    this.#control = new StormControl(rules.settings, runId, (summary) => {
      summarised.value += summary.summary?.count ?? 0;
      onSummary(summary);
    });
    this.#breaker = new CircuitBreaker(rules.breaker);
    this.#timer = setInterval(() => {
      const now = options.now();
      this.#control.tick(now);
      this.#breaker.tick(options.received(), now.monotonicMs);
    }, tickMs).unref();
  }

  /** Detections held back that no summary has told of yet. */
  get waiting(): number {
    return this.#control.waiting;
  }

  /** Windows that are open. */
  get openWindows(): number {
    return this.#control.openWindows;
  }

  /** From the next detection on; open windows stay. */
  use(rules: StormRules): void {
    this.#rules = rules;
    this.#control.use(rules.settings);
    this.#breaker.use(rules.breaker);
  }

  /** The detections of one event that are to be sent now. */
  take(
    detections: readonly Detection[],
    values: EventValues,
    { logSource, countOnly }: EventOrigin,
  ): readonly Detection[] {
    if (detections.length === 0) return detections;
    if (countOnly !== undefined) {
      this.#held.count_only.value += detections.length;
      const labels = { rule: countOnly };
      this.#options.counters.counter('tf_detections_count_only_total', labels).value +=
        detections.length;
      return [];
    }
    if (isExempt(logSource)) return detections;
    const now = this.#options.now();
    const received = this.#options.received();
    const trip = this.#breaker.note(logSource, detections.length, received, now.monotonicMs);
    if (trip !== undefined) this.#options.onTrip(trip);
    if (this.#rules.settings.profile === 'parity') return detections;
    const isBroken = this.#breaker.isOpenFor(logSource, now.monotonicMs);
    const asset = assetOf(values, logSource);
    return detections.filter((detection) => {
      const verdict = this.#control.take(detection, { asset, isBroken }, now);
      if (verdict === 'send') return true;
      this.#held[verdict].value += 1;
      return false;
    });
  }

  /** Ends all windows; summaries of them go out now. */
  close(): void {
    clearInterval(this.#timer);
    this.#control.flush(this.#options.now());
  }
}

/** The machine that an event is about. */
export function assetOf(values: EventValues, logSource: string): Asset {
  const address = values.get('SRC_IP');
  return address === undefined
    ? { kind: 'logSource', name: logSource }
    : { kind: 'address', name: address };
}
