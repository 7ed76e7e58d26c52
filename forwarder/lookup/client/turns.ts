import { Pace } from '../../net/index.js';

interface Waiter {
  grant(): void;
}

/**
 * Whose turn it is to ask: so many at a time, begun at an even pace, in the order they came. Time is
 * counted by a clock that never jumps.
 */
export class Turns {
  readonly #pace: Pace;
  readonly #waiters = new Set<Waiter>();
  #free: number;
  #notBeforeMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { readonly maxConcurrent: number; readonly requestsPerSecond: number }) {
    this.#free = options.maxConcurrent;
    this.#pace = new Pace(options.requestsPerSecond);
  }

  /** Resolves with what gives the turn back, to be called once; undefined when the signal came first. */
  take(signal: AbortSignal): Promise<(() => void) | undefined> {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve(undefined);
        return;
      }
      const onAbort = (): void => {
        this.#waiters.delete(waiter);
        if (this.#waiters.size === 0) this.#cancelTimer();
        resolve(undefined);
      };
      const waiter: Waiter = {
        grant: () => {
          signal.removeEventListener('abort', onAbort);
          resolve(() => {
            this.#free++;
            this.#pump();
          });
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
      this.#pump();
    });
  }

  /** Nothing is begun for so long: the portal asked for it. */
  rest(ms: number): void {
    this.#notBeforeMs = Math.max(this.#notBeforeMs, performance.now() + ms);
  }

  #pump(): void {
    this.#cancelTimer();
    for (const waiter of this.#waiters) {
      if (this.#free === 0) return;
      const nowMs = performance.now();
      const waitMs = Math.max(this.#pace.waitMs(nowMs), this.#notBeforeMs - nowMs);
      if (waitMs > 0) {
        this.#timer = setTimeout(() => {
          this.#pump();
        }, waitMs);
        return;
      }
      this.#pace.take(nowMs);
      this.#free--;
      this.#waiters.delete(waiter);
      waiter.grant();
    }
  }

  #cancelTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
