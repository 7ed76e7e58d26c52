import type { Clock, ContextField, Outcome, StatusEvent } from '../../core/index.js';
import { statusOutcome } from '../../detection/index.js';

/** Reports a status event. */
export type ReportStatus = (event: StatusEvent, context?: readonly ContextField[]) => void;

/** So many events wait for the pipeline while the service starts. */
const mostEarly = 64;

/**
 * Numbers the status events of this process. What is reported before the pipeline is there waits for
 * it.
 */
export class StatusReports {
  readonly #clock: Clock;
  #send: ((outcome: Outcome) => void) | undefined;
  #early: Outcome[] = [];
  #number = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly report: ReportStatus = (event, context = []) => {
    this.#number += 1;
    const outcome = statusOutcome(event, context, this.#clock(), this.#number);
    if (this.#send !== undefined) this.#send(outcome);
    else if (this.#early.length < mostEarly) this.#early.push(outcome);
  };

  /** From now on events go to `send`; those that waited go first. */
  sendTo(send: (outcome: Outcome) => void): void {
    this.#send = send;
    for (const outcome of this.#early.splice(0)) send(outcome);
  }
}
