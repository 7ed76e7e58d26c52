import { randomBytes } from 'node:crypto';

import type {
  ContextField,
  Counter,
  CounterSource,
  DecodedEvent,
  IntakeSession,
  Logger,
  StatusEvent,
} from '../../core/index.js';
import { Canary, LoopAlarm } from '../../detection/index.js';
import type { BreakerTrip, LoopLayer, LoopSighting } from '../../detection/index.js';
import { holdsText, logSourceOf } from '../../intake/index.js';
import type { OwnLayer } from '../../intake/index.js';

export interface LoopWatchOptions {
  readonly counters: CounterSource;
  readonly logger: Logger;
  readonly monotonic: () => number;
  readonly report: (event: StatusEvent, context: readonly ContextField[]) => void;
}

const probeEveryMs = 3_600_000;

/**
 * Watches for own messages that come back as events, counts them by what has known them, and raises
 * KL_ALERT_LoopDetected: at most once a minute for them, and for what only looks like a loop.
 */
export class LoopWatch {
  readonly #options: LoopWatchOptions;
  readonly #ownAlarm = new LoopAlarm();
  readonly #breakerAlarm = new LoopAlarm();
  readonly #canary = new Canary();
  readonly #detected: Readonly<Record<LoopLayer, Counter>>;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LoopWatchOptions) {
    this.#options = options;
    const detected = (layer: LoopLayer): Counter =>
      options.counters.counter('tf_loops_detected_total', { layer });
    this.#detected = {
      source: detected('source'),
      token: detected('token'),
      canary: detected('canary'),
      breaker: detected('breaker'),
    };
  }

  /** An event was an own message. */
  sawOwn(layer: OwnLayer, event: DecodedEvent, { peer }: IntakeSession): void {
    this.#detected[layer].value += 1;
    const nowMs = this.#options.monotonic();
    const isCanary = this.#canary.isIn((mark) => holdsText(event, mark), nowMs);
    if (isCanary) this.#detected.canary.value += 1;
    const logSource = (): string => logSourceOf(event, peer);
    this.#saw(
      this.#ownAlarm,
      isCanary
        ? () => ({ layer: 'canary', seen: 'the probe came back', logSource: logSource(), peer })
        : () => ({ layer, seen: seenBy(layer), logSource: logSource(), peer }),
      nowMs,
    );
  }

  /** The circuit breaker has tripped. */
  tripped({ logSource, detections, events }: BreakerTrip): void {
    this.#detected.breaker.value += 1;
    const seen = `${detections} detections in ${events} events`;
    const sighting: LoopSighting = { layer: 'breaker', seen, logSource, peer: '' };
    this.#saw(this.#breakerAlarm, () => sighting, this.#options.monotonic());
  }

  /** What a status message must say to be known when it comes back. */
  probe(): readonly ContextField[] {
    const mark = randomBytes(8).toString('hex');
    this.#canary.send(mark, this.#options.monotonic());
    return [['probe', mark]];
  }

  /** Sends a probe every hour from now on, or no more. */
  useProbes(isOn: boolean): void {
    if (isOn === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = isOn
      ? setInterval(() => {
          this.#options.report('KL_ALERT_LoopProbe', this.probe());
        }, probeEveryMs).unref()
      : undefined;
  }

  close(): void {
    this.useProbes(false);
  }

  #saw(alarm: LoopAlarm, sighting: () => LoopSighting, nowMs: number): void {
    const context = alarm.take(sighting, nowMs);
    if (context === undefined) return;
    const facts = Object.fromEntries(context);
    const what =
      facts['layer'] === 'breaker'
        ? 'the detections of one log source look like a loop'
        : 'own messages come back as events';
    this.#options.logger.error('loop.detected', what, facts);
    this.#options.report('KL_ALERT_LoopDetected', context);
  }
}

function seenBy(layer: OwnLayer): string {
  switch (layer) {
    case 'source':
      return 'a message of this service by its log source';
    case 'token':
      return 'a message of this service by its token';
    default:
      return layer satisfies never;
  }
}
