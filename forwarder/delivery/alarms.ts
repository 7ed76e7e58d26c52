import type { DropReason } from './drop-log.js';

/** What the operator is to know at once, beside counters and log. */
export type DeliveryAlarm =
  | { readonly kind: 'shed'; readonly reason: DropReason; readonly messages: number }
  | { readonly kind: 'spool_full'; readonly messages: number }
  | { readonly kind: 'spool_unhealthy'; readonly error: Error | undefined }
  | { readonly kind: 'spool_healthy' };

export interface AlarmOptions {
  /** At most one alarm of a kind in so many milliseconds. */
  readonly everyMs: number;
  /** Called from the event loop, never from within a call into delivery. */
  readonly onAlarm: ((alarm: DeliveryAlarm) => void) | undefined;
}

/**
 * Raises alarms: the first of a kind at once; what follows within a minute once more at its end, as a
 * sum of the messages, or as the last state.
 */
export class Alarms {
  readonly #options: AlarmOptions;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #held = new Map<string, DeliveryAlarm>();

  constructor(options: AlarmOptions) {
    this.#options = options;
  }

  /** Messages were dropped. A stop is no alarm. */
  dropped(reason: DropReason, messages: number): void {
    if (reason === 'shutdown') return;
    if (reason === 'spool_full') this.#raise('spool_full', { kind: reason, messages });
    else this.#raise(`shed ${reason}`, { kind: 'shed', reason, messages });
  }

  spoolHealth(isHealthy: boolean, error: Error | undefined): void {
    this.#raise(
      'spool_health',
      isHealthy ? { kind: 'spool_healthy' } : { kind: 'spool_unhealthy', error },
    );
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#held.clear();
  }

  #raise(key: string, alarm: DeliveryAlarm): void {
    if (this.#options.onAlarm === undefined) return;
    this.#held.set(key, sumOf(this.#held.get(key), alarm));
    if (!this.#timers.has(key)) this.#tellIn(key, 0);
  }

  #tellIn(key: string, waitMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      const alarm = this.#held.get(key);
      if (alarm === undefined) return;
      this.#held.delete(key);
      this.#tellIn(key, this.#options.everyMs);
      this.#options.onAlarm?.(alarm);
    }, waitMs);
    timer.unref();
    this.#timers.set(key, timer);
  }
}

function sumOf(held: DeliveryAlarm | undefined, alarm: DeliveryAlarm): DeliveryAlarm {
  if (held === undefined || !('messages' in held) || !('messages' in alarm)) return alarm;
  return { ...alarm, messages: alarm.messages + held.messages };
}
