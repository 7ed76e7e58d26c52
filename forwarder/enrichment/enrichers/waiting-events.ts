import type { EnricherInput } from './enricher-module.js';
import type { CheckedAnswer } from './read-reply.js';

/** What became of an event that an enricher was asked about. */
export const enricherOutcomes = [
  'answered',
  'timeout',
  'error',
  'bad_answer',
  'crashed',
  'queue_full',
  'stopped',
] as const;
export type EnricherOutcome = (typeof enricherOutcomes)[number];

/** Takes what became of an event; no answers but for `answered`. */
export type EventHandler = (outcome: EnricherOutcome, answers: readonly CheckedAnswer[]) => void;

interface WaitingEvent {
  readonly onDone: EventHandler;
  readonly characters: number;
  readonly timer: NodeJS.Timeout;
}

/** An event that is still to be handed to the thread. */
export interface UnsentEvent {
  readonly id: number;
  readonly input: EnricherInput;
  readonly uselessAfterMs: number;
}

/** The events that wait for one enricher, each until it is settled or its time is over. */
export class WaitingEvents {
  readonly #events = new Map<number, WaitingEvent>();
  readonly #unsent = new Map<number, UnsentEvent>();
  readonly #timeoutMs: number;
  readonly #onTimeout: () => void;
  #lastId = 0;
  #characters = 0;

  constructor(timeoutMs: number, onTimeout: () => void) {
    this.#timeoutMs = timeoutMs;
    this.#onTimeout = onTimeout;
  }

  get size(): number {
    return this.#events.size;
  }

  /** Length of the texts of all events that wait. */
  get characters(): number {
    return this.#characters;
  }

  add(input: EnricherInput, onDone: EventHandler): void {
    const id = ++this.#lastId;
    const timer = setTimeout(() => {
      this.settle(id, 'timeout', []);
      this.#onTimeout();
    }, this.#timeoutMs);
    const characters = input.text.length;
    this.#characters += characters;
    this.#events.set(id, { onDone, characters, timer });
    this.#unsent.set(id, { id, input, uselessAfterMs: Date.now() + this.#timeoutMs });
  }

  /** The oldest event that was not handed over; it counts as handed over from now on. */
  takeUnsent(): UnsentEvent | undefined {
    for (const [id, event] of this.#unsent) {
      this.#unsent.delete(id);
      return event;
    }
    return undefined;
  }

  /** Ends the wait of one event; one that is settled already stays so. */
  settle(id: number, outcome: EnricherOutcome, answers: readonly CheckedAnswer[]): void {
    const event = this.#events.get(id);
    if (event === undefined) return;
    this.#events.delete(id);
    this.#unsent.delete(id);
    this.#characters -= event.characters;
    clearTimeout(event.timer);
    event.onDone(outcome, answers);
  }

  settleAll(outcome: EnricherOutcome): void {
    for (const id of [...this.#events.keys()]) this.settle(id, outcome, []);
  }
}
