/** Work that several wait for. */
interface Running<Result> {
  readonly result: Promise<Result>;
  readonly controller: AbortController;
  waiting: number;
}

/** What a caller gets who does not wait any longer. */
export const gaveUp = Symbol('gave up');

/**
 * Does equal work at the same time once. Each caller may stop waiting; when none waits any longer, the
 * work itself is stopped.
 */
export class Joined<Result> {
  readonly #running = new Map<string, Running<Result>>();

  async run(
    key: string,
    work: (signal: AbortSignal) => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<Result | typeof gaveUp> {
    if (signal?.aborted === true) return gaveUp;
    const running = this.#running.get(key) ?? this.#begin(key, work);
    if (signal === undefined) {
      running.waiting += 1;
      return running.result;
    }
    running.waiting += 1;
    let onAbort = (): void => undefined;
    const aborted = new Promise<typeof gaveUp>((resolve) => {
      onAbort = () => {
        running.waiting -= 1;
        if (running.waiting === 0) this.#stop(key, running);
        resolve(gaveUp);
      };
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([running.result, aborted]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Resolves when nothing runs any more. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#running.values()].map(({ result }) => result));
  }

  #begin(key: string, work: (signal: AbortSignal) => Promise<Result>): Running<Result> {
    const controller = new AbortController();
    const running: Running<Result> = {
      controller,
      waiting: 0,
      result: work(controller.signal).finally(() => {
        if (this.#running.get(key) === running) this.#running.delete(key);
      }),
    };
    this.#running.set(key, running);
    return running;
  }

  /** Whoever comes now begins anew. */
  #stop(key: string, running: Running<Result>): void {
    if (this.#running.get(key) === running) this.#running.delete(key);
    running.controller.abort();
  }
}
