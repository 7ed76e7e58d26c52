import type { Clock, Logger } from '../core/index.js';
import type { Lane } from './lane.js';

export interface FailoverOptions {
  /** In order of preference. */
  readonly lanes: readonly Lane[];
  readonly monotonic: Clock;
  readonly logger: Logger;
  readonly stableMs: number;
  /** Called when a preferred collector is back, or the one in use was lost. */
  readonly onChange: () => void;
}

/**
 * Chooses the collector: the first, in the configured order, that can be connected to. While a later
 * one is in use the earlier ones are tried again in the background, each after its own back-off; one
 * that comes back and holds for `stableMs` replaces the one in use.
 *
 * Example: [A, B], A is down. A fails, B opens and is used. A is tried after 0.2 s, 0.4 s … 30 s. It
 * opens; five seconds later preferred() gives A, and its user closes B. Had A stalled instead, it would
 * be tried again only after `stallPenaltyMs`: what a hanging collector accepts is in doubt.
 */
export class Failover {
  readonly #options: FailoverOptions;
  #preferred: Lane | undefined;
  #watching: AbortController | undefined;
  #watch: Promise<void> = Promise.resolve();
  #wakeSleeper: (() => void) | undefined;

  constructor(options: FailoverOptions) {
    this.#options = options;
    for (const lane of options.lanes) lane.onLost = options.onChange;
  }

  /** Connects to a collector, for as long as it takes; `undefined` when `signal` fired. */
  async acquire(signal: AbortSignal): Promise<Lane | undefined> {
    const { lanes, monotonic } = this.#options;
    await this.stop();
    const ready = lanes.find((lane) => lane.isOpen);
    if (ready !== undefined) return this.#use(ready, signal);
    while (!isOver(signal)) {
      for (const lane of lanes) {
        if (lane.notBeforeMs <= monotonic() && (await lane.open(signal))) {
          return this.#use(lane, signal);
        }
        if (isOver(signal)) return undefined;
      }
      await this.#sleepUntil(Math.min(...lanes.map((lane) => lane.notBeforeMs)), signal);
    }
    return undefined;
  }

  /** The open collector that is to replace the one in use, if there is one. */
  preferred(): Lane | undefined {
    return this.#preferred?.isOpen === true ? this.#preferred : undefined;
  }

  /** Tries every collector at once instead of after its back-off. */
  hurry(): void {
    for (const lane of this.#options.lanes) lane.hurry();
    this.#wakeSleeper?.();
  }

  /** Stops looking for a better collector; connections that are open stay so. */
  async stop(): Promise<void> {
    this.#watching?.abort();
    await this.#watch;
  }

  #use(lane: Lane, signal: AbortSignal): Lane {
    this.#preferred = undefined;
    const better = this.#options.lanes.slice(0, this.#options.lanes.indexOf(lane));
    if (better.length > 0) {
      this.#watching = new AbortController();
      this.#watch = this.#lookFor(better, AbortSignal.any([signal, this.#watching.signal]));
    }
    return lane;
  }

  async #lookFor(better: readonly Lane[], signal: AbortSignal): Promise<void> {
    const { monotonic, stableMs, logger, onChange } = this.#options;
    while (!isOver(signal)) {
      await this.#sleepUntil(Math.min(...better.map((lane) => lane.returnNotBeforeMs)), signal);
      for (const lane of better) {
        if (isOver(signal)) return;
        if (lane.returnNotBeforeMs > monotonic() || !(await lane.open(signal))) continue;
        await this.#sleepUntil(monotonic() + stableMs, signal);
        if (isOver(signal) || !lane.isOpen) continue;
        this.#preferred = lane;
        logger.info('collector.preferred', `Going back to ${lane.transport.url}`);
        onChange();
        return;
      }
    }
  }

  #sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
    const waitMs = Math.max(0, atMs - this.#options.monotonic());
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wakeSleeper = undefined;
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      this.#wakeSleeper = done;
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }
}

/** The compiler takes `aborted` for constant, though it changes during every await. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
