import type { ContextField, StatusEvent } from '../../core/index.js';
import type { DeliveryAlarm } from '../../delivery/index.js';
import type { ReportStatus } from '../health/status-reports.js';

/** One status event of a kind and reason in so long; what comes meanwhile is summed up. */
const everyMs = 60_000;

interface Held {
  readonly event: StatusEvent;
  readonly context: (sum: number) => readonly ContextField[];
  sum: number;
  timer: NodeJS.Timeout;
}

/**
 * Turns what was dropped, and a spool that is full, into status events: the first at once, then at
 * most one a minute of each kind and reason, with the sum of that minute.
 */
export class Alarms {
  readonly #report: ReportStatus;
  readonly #held = new Map<string, Held>();

  constructor(report: ReportStatus) {
    this.#report = report;
  }

  /** Events were given up at the intake for want of memory. */
  readonly onShed = (): void => {
    this.#count('KL_ALERT_EventsShed', 1, (sum) => [
      ['stage', 'intake'],
      ['reason', 'memory'],
      ['events', String(sum)],
    ]);
  };

  readonly onDelivery = (alarm: DeliveryAlarm): void => {
    switch (alarm.kind) {
      case 'shed':
        this.#count('KL_ALERT_EventsShed', alarm.messages, (sum) => [
          ['stage', 'delivery'],
          ['reason', alarm.reason],
          ['messages', String(sum)],
        ]);
        return;
      case 'spool_full':
        this.#count('KL_ALERT_SpoolFull', alarm.messages, (sum) => [
          ['reason', 'full'],
          ['messages', String(sum)],
        ]);
        return;
      case 'spool_unhealthy': {
        const error = alarm.error?.message ?? 'its disk cannot be written';
        this.#count('KL_ALERT_SpoolFull', 1, () => [
          ['reason', 'unwritable'],
          ['error', error],
        ]);
        return;
      }
      case 'spool_healthy':
        // The spool itself has said so to the log.
        return;
      default:
        alarm satisfies never;
    }
  };

  /** Reports what is held back, and holds nothing back any more. */
  close(): void {
    for (const [key, held] of this.#held) {
      clearTimeout(held.timer);
      this.#held.delete(key);
      if (held.sum > 0) this.#report(held.event, held.context(held.sum));
    }
  }

  #count(
    event: StatusEvent,
    count: number,
    context: (sum: number) => readonly ContextField[],
  ): void {
    const key = `${event} ${context(0)
      .filter(([name]) => name === 'stage' || name === 'reason')
      .join(' ')}`;
    const held = this.#held.get(key);
    if (held !== undefined) {
      held.sum += count;
      return;
    }
    this.#report(event, context(count));
    this.#hold(key, event, context);
  }

  #hold(key: string, event: StatusEvent, context: Held['context']): void {
    const timer = setTimeout(() => {
      const held = this.#held.get(key);
      this.#held.delete(key);
      if (held === undefined || held.sum === 0) return;
      this.#report(event, context(held.sum));
      this.#hold(key, event, context);
    }, everyMs).unref();
    this.#held.set(key, { event, context, sum: 0, timer });
  }
}
