import type { LookupResult } from '../lookup-result.js';

interface Shared {
  readonly result: Promise<LookupResult>;
  readonly stop: AbortController;
  callers: number;
}

/**
 * Equal lookups at the same time are one. Who stops waiting leaves the others theirs; when the last
 * one stops, so does the lookup.
 */
export class JoinedLookups {
  readonly #shared = new Map<string, Shared>();
  readonly #stopped: LookupResult;
  #isOver = false;

  /** `stopped`: what those get who stop waiting. */
  constructor(stopped: LookupResult) {
    this.#stopped = stopped;
  }

  /** `start` must not reject; its signal is aborted when nobody waits any more. */
  join(
    key: string,
    start: (signal: AbortSignal) => Promise<LookupResult>,
    signal?: AbortSignal,
  ): Promise<LookupResult> {
    if (this.#isOver || signal?.aborted === true) return Promise.resolve(this.#stopped);
    const shared = this.#shared.get(key) ?? this.#start(key, start);
    shared.callers++;
    if (signal === undefined) return shared.result;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        resolve(this.#stopped);
        if (--shared.callers > 0) return;
        this.#forget(key, shared);
        shared.stop.abort();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      shared.result
        .finally(() => {
          signal.removeEventListener('abort', onAbort);
        })
        .then(resolve, reject);
    });
  }

  /** Stops all there are; what is joined later is stopped at once. */
  stopAll(): void {
    this.#isOver = true;
    for (const { stop } of this.#shared.values()) stop.abort();
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<LookupResult>): Shared {
    const stop = new AbortController();
    const shared: Shared = {
      stop,
      callers: 0,
      result: start(stop.signal).finally(() => {
        this.#forget(key, shared);
      }),
    };
    this.#shared.set(key, shared);
    return shared;
  }

  /** Another may have begun under the same key since. */
  #forget(key: string, shared: Shared): void {
    if (this.#shared.get(key) === shared) this.#shared.delete(key);
  }
}
