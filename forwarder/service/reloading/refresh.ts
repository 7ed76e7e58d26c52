/** What is read anew: the feeds alone, or the configuration with them. */
export type RefreshScope = 'feeds' | 'configuration';

export interface RefreshOptions {
  /**
   * Does it; resolves to whether what was read is in use. Must end soon with the reason of an
   * aborted signal, whatever it resolves to then.
   */
  readonly run: (scope: RefreshScope, signal: AbortSignal) => Promise<boolean>;
  /** Aborted when the service stops. */
  readonly signal: AbortSignal;
}

/** After so many runs that were given up for a newer version, one goes on to its end. */
const mostGivenUp = 3;

/**
 * Runs refreshes one after the other. One that is asked for during another makes it run once more,
 * so that what changed after it has read its file is not missed. supersede() gives the one under way
 * up for a newer version; after three in a row one comes to its end, or feeds that change faster than
 * they compile would never come into use.
 */
export class Refresh {
  readonly #run: RefreshOptions['run'];
  readonly #signal: AbortSignal;
  #due: RefreshScope | undefined;
  #running: Promise<boolean> | undefined;
  #current: AbortController | undefined;
  #givenUp = 0;

  constructor({ run, signal }: RefreshOptions) {
    this.#run = run;
    this.#signal = signal;
  }

  /** Resolves to whether the last run brought what it read into use. */
  request(scope: RefreshScope): Promise<boolean> {
    this.#askFor(scope);
    this.#running ??= this.#runWhileDue();
    return this.#running;
  }

  /** Gives the run under way up for another one, unless too many were already. */
  supersede(): void {
    if (this.#current === undefined || this.#givenUp >= mostGivenUp) return;
    this.#givenUp += 1;
    this.#current.abort(new Error('superseded by a newer version'));
  }

  /** The configuration is read with the feeds, so that it is never less. */
  #askFor(scope: RefreshScope): void {
    if (this.#due !== 'configuration') this.#due = scope;
  }

  async #runWhileDue(): Promise<boolean> {
    let isInUse = false;
    try {
      while (this.#due !== undefined && !this.#signal.aborted) {
        const scope = this.#due;
        this.#due = undefined;
        const current = new AbortController();
        this.#current = current;
        isInUse = await this.#run(scope, AbortSignal.any([this.#signal, current.signal]));
        this.#current = undefined;
        if (!current.signal.aborted) this.#givenUp = 0;
        // What was given up is due again, with all that it would have read.
        else this.#askFor(scope);
      }
      return isInUse;
    } finally {
      // At once, not a moment later: what is asked for in between would be forgotten.
      this.#running = undefined;
    }
  }
}
