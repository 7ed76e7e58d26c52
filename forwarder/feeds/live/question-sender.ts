import { messageOf, ServiceError } from '../../core/index.js';
import { Breaker, FetchError, Pace } from '../../net/index.js';
import { AnswerTooLarge } from '../sources/misp-client.js';
import type { LiveLimits } from './live-options.js';
import type { LiveTime } from './live-time.js';
import { hitsOf, type Hit } from './misp-answer.js';
import type { MispAsker } from './misp-asker.js';
import type { Question } from './questions.js';
import { WaitingQuestions, type Addition, type Waiter, type Waiting } from './waiting-questions.js';

export interface SenderOptions<Ticket> {
  readonly limits: LiveLimits;
  readonly time: LiveTime;
  readonly asker: MispAsker;
  /** An answer of so many attributes may lack some; its values are asked again in two halves. */
  readonly fullAnswer: number;
  /** A question has its answer: a hit, or undefined for a no. */
  onSettled(question: Question, hit: Hit | undefined, waiters: readonly Waiter<Ticket>[]): void;
  /** So many that waited get no answer. */
  onLetGo(outcome: 'failed' | 'closed', waiters: number): void;
  /** `isBack`: the first answer after failures. */
  onAnswered(isBack: boolean): void;
  /** `pauseMs` is absent where no pause begins: in one that has begun, and for what is too large. */
  onFailed(error: ServiceError, pauseMs: number | undefined): void;
}

/**
 * Sends questions, many in one request, at an even pace. After a failure all that waits is let go
 * and nothing is taken for a while: a server that is away costs nothing, and no answer is old.
 */
export class QuestionSender<Ticket> {
  readonly #options: SenderOptions<Ticket>;
  readonly #questions: WaitingQuestions<Ticket>;
  readonly #pace: Pace;
  readonly #breaker: Breaker;
  /** Halves of requests whose answer was full; they go first. */
  readonly #halves: (readonly Waiting<Ticket>[])[] = [];
  readonly #out = new Set<Promise<void>>();
  #cancelPump: (() => void) | undefined;
  #isClosed = false;

  constructor(options: SenderOptions<Ticket>) {
    const { limits } = options;
    this.#options = options;
    this.#questions = new WaitingQuestions(limits.maxQueue, limits.maxWaiting);
    this.#pace = new Pace(limits.requestsPerSecond);
    this.#breaker = new Breaker(limits);
  }

  get waiting(): number {
    return this.#questions.waiters;
  }

  get inFlight(): number {
    return this.#out.size;
  }

  isPaused(nowMs: number): boolean {
    return this.#breaker.isPaused(nowMs);
  }

  add(question: Question, ticket: Ticket): Addition {
    const addition = this.#questions.add(question, ticket);
    // Not at once: what the events of one read hold goes out together.
    if (addition === 'added') this.#pumpAfter(0);
    return addition;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelPump?.();
    this.#letGo('closed');
    await this.#options.asker.disconnect();
    await Promise.all(this.#out);
  }

  #pumpAfter(ms: number): void {
    if (this.#cancelPump !== undefined || this.#isClosed) return;
    const pump = (): void => {
      this.#cancelPump = undefined;
      this.#pump();
    };
    if (ms > 0) this.#cancelPump = this.#options.time.after(ms, pump);
    else {
      const immediate = setImmediate(pump);
      this.#cancelPump = () => {
        clearImmediate(immediate);
      };
    }
  }

  /** Sends what may be sent now, and comes back when the rest may be. */
  #pump(): void {
    const { limits, time } = this.#options;
    const most = this.#breaker.isTrying ? 1 : limits.maxInFlight;
    while (this.#out.size < most && (this.#halves.length > 0 || this.#questions.hasQueue)) {
      const nowMs = time.now();
      const waitMs = this.#pace.waitMs(nowMs);
      if (waitMs > 0) {
        this.#pumpAfter(waitMs);
        return;
      }
      this.#pace.take(nowMs);
      const batch = this.#halves.shift() ?? this.#questions.take(limits.valuesPerRequest);
      const sending = this.#send(batch).finally(() => {
        this.#out.delete(sending);
        this.#pumpAfter(0);
      });
      this.#out.add(sending);
    }
  }

  async #send(batch: readonly Waiting<Ticket>[]): Promise<void> {
    const { asker, fullAnswer } = this.#options;
    try {
      const values = batch.flatMap(({ forms }) => forms);
      const attributes = await this.#inTime(asker.ask(values));
      this.#options.onAnswered(this.#breaker.succeeded());
      if (attributes.length < fullAnswer || !this.#askAgain(batch)) {
        this.#settle(batch, hitsOf(attributes));
      }
    } catch (error) {
      if (!(error instanceof AnswerTooLarge)) this.#fail(batch, error);
      else if (!this.#askAgain(batch)) {
        // It is this value's fault, not the server's.
        this.#drop(batch, 'failed');
        this.#options.onFailed(error, undefined);
      }
    }
  }

  /** In two halves; false when there is but one question. */
  #askAgain(batch: readonly Waiting<Ticket>[]): boolean {
    if (batch.length < 2 || this.#isClosed) return false;
    const middle = Math.ceil(batch.length / 2);
    this.#halves.push(batch.slice(0, middle), batch.slice(middle));
    return true;
  }

  /** The client has limits of its own for each step; this is the one for all of them together. */
  async #inTime<T>(answer: Promise<T>): Promise<T> {
    const { limits, time } = this.#options;
    let cancel: (() => void) | undefined;
    const late = new Promise<never>((_, reject) => {
      cancel = time.after(limits.timeoutMs, () => {
        reject(tooLate(limits.timeoutMs));
      });
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      cancel?.();
    }
  }

  #settle(batch: readonly Waiting<Ticket>[], hits: ReadonlyMap<string, Hit>): void {
    for (const waiting of batch) {
      const { question } = waiting;
      this.#options.onSettled(question, hits.get(question.key), this.#questions.settle(waiting));
    }
  }

  #fail(batch: readonly Waiting<Ticket>[], thrown: unknown): void {
    this.#drop(batch, this.#isClosed ? 'closed' : 'failed');
    if (this.#isClosed) return;
    this.#letGo('failed');
    const error = thrown instanceof ServiceError ? thrown : internal(thrown);
    const nowMs = this.#options.time.now();
    const atLeastMs = error instanceof FetchError ? error.retryAfterMs : undefined;
    // What was out beside the one that failed fails with it, and says nothing new.
    const isKnown = this.#breaker.isPaused(nowMs);
    this.#options.onFailed(error, isKnown ? undefined : this.#breaker.failed(nowMs, atLeastMs));
    void this.#options.asker.disconnect();
  }

  #letGo(outcome: 'failed' | 'closed'): void {
    for (const half of this.#halves.splice(0)) this.#drop(half, outcome);
    this.#options.onLetGo(outcome, this.#questions.drop());
  }

  #drop(batch: readonly Waiting<Ticket>[], outcome: 'failed' | 'closed'): void {
    for (const waiting of batch) {
      this.#options.onLetGo(outcome, this.#questions.settle(waiting).length);
    }
  }
}

function tooLate(timeoutMs: number): ServiceError {
  return new ServiceError('TF_PEER_UNAVAILABLE', `no answer in ${timeoutMs / 1000} s`, {
    hint: 'Look at the load of the MISP, or ask it less often.',
    retryable: true,
  });
}

function internal(error: unknown): ServiceError {
  return new ServiceError('TF_INTERNAL', messageOf(error), { cause: error });
}
