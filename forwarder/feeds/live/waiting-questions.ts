import type { Question } from './questions.js';

/** A question, and who waits for its answer. */
export interface Waiting<Ticket> {
  readonly question: Question;
  /** Not empty. */
  readonly forms: readonly string[];
  readonly waiters: Waiter<Ticket>[];
}

export interface Waiter<Ticket> {
  readonly question: Question;
  readonly ticket: Ticket;
}

/** `not_asked`: there is no way to write the value that the server would not take for a pattern. */
export type Addition = 'added' | 'queue_full' | 'not_asked';

/**
 * The questions that wait to be asked, in the order in which they came, and those that are out; and
 * who waits for each. Limits: questions that wait to be asked, and waiters in all.
 */
export class WaitingQuestions<Ticket> {
  readonly #queue = new Map<string, Waiting<Ticket>>();
  readonly #out = new Map<string, Waiting<Ticket>>();
  readonly #maxQueue: number;
  readonly #maxWaiters: number;
  #waiters = 0;

  constructor(maxQueue: number, maxWaiters: number) {
    this.#maxQueue = maxQueue;
    this.#maxWaiters = maxWaiters;
  }

  get waiters(): number {
    return this.#waiters;
  }

  get hasQueue(): boolean {
    return this.#queue.size > 0;
  }

  /** One who asks what is asked already waits with the others. */
  add(question: Question, ticket: Ticket): Addition {
    if (this.#waiters >= this.#maxWaiters) return 'queue_full';
    const known = this.#out.get(question.key) ?? this.#queue.get(question.key);
    if (known === undefined) {
      if (this.#queue.size >= this.#maxQueue) return 'queue_full';
      const forms = question.forms();
      if (forms.length === 0) return 'not_asked';
      this.#queue.set(question.key, { question, forms, waiters: [{ question, ticket }] });
    } else known.waiters.push({ question, ticket });
    this.#waiters++;
    return 'added';
  }

  /** Takes the oldest questions out to be asked, as many as have no more than `maxForms` texts. */
  take(maxForms: number): readonly Waiting<Ticket>[] {
    const taken: Waiting<Ticket>[] = [];
    let forms = 0;
    for (const [key, waiting] of this.#queue) {
      forms += waiting.forms.length;
      if (taken.length > 0 && forms > maxForms) break;
      this.#queue.delete(key);
      this.#out.set(key, waiting);
      taken.push(waiting);
    }
    return taken;
  }

  /** The question has its answer, or never will; gives who waited for it. */
  settle({ question, waiters }: Waiting<Ticket>): readonly Waiter<Ticket>[] {
    this.#out.delete(question.key);
    this.#waiters -= waiters.length;
    return waiters;
  }

  /** Lets go of all questions that are not out; gives how many waited for them. */
  drop(): number {
    let dropped = 0;
    for (const { waiters } of this.#queue.values()) dropped += waiters.length;
    this.#queue.clear();
    this.#waiters -= dropped;
    return dropped;
  }
}
