/** An object that is to be looked up. */
export interface Waiting<Ticket> {
  /** Equal for equal lookups. */
  readonly key: string;
  readonly ticket: Ticket;
}

export interface LookupQueueOptions<Ticket> {
  /** Objects that wait, those that are out not counted. */
  readonly maxWaiting: number;
  /** The most that are out now; 0 while nothing may be asked. */
  readonly places: () => number;
  /** Looks it up; never rejects. */
  readonly ask: (waiting: Waiting<Ticket>) => Promise<void>;
  /** Does it later, when what runs now is done. */
  readonly later: (work: () => void) => void;
}

/**
 * The lookups that wait, oldest first, and those that are out; of equal ones there is one. Adding costs a
 * look into a map: whatever is done for a lookup is done later.
 */
export class LookupQueue<Ticket> {
  readonly #options: LookupQueueOptions<Ticket>;
  readonly #waiting = new Map<string, Waiting<Ticket>>();
  readonly #out = new Set<string>();
  #isDue = false;

  constructor(options: LookupQueueOptions<Ticket>) {
    this.#options = options;
  }

  /** Objects that wait or are out. */
  get size(): number {
    return this.#waiting.size + this.#out.size;
  }

  add(waiting: Waiting<Ticket>): 'queued' | 'joined' | 'queue_full' {
    const { key } = waiting;
    if (this.#waiting.has(key) || this.#out.has(key)) return 'joined';
    if (this.#waiting.size >= this.#options.maxWaiting) return 'queue_full';
    this.#waiting.set(key, waiting);
    this.#goOn();
    return 'queued';
  }

  /** Lets go of all that are not out. */
  drop(): readonly Waiting<Ticket>[] {
    const dropped = [...this.#waiting.values()];
    this.#waiting.clear();
    return dropped;
  }

  #goOn(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#options.later(() => {
      this.#isDue = false;
      this.#begin();
    });
  }

  #begin(): void {
    for (const [key, waiting] of this.#waiting) {
      if (this.#out.size >= this.#options.places()) return;
      this.#waiting.delete(key);
      this.#out.add(key);
      void this.#options.ask(waiting).finally(() => {
        this.#out.delete(key);
        if (this.#waiting.size > 0) this.#goOn();
      });
    }
  }
}
