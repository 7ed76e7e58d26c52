import { setTimeout as pause } from 'node:timers/promises';
import { gaveUp, Joined } from '../cache/joined.js';
import type { LookupObject } from '../lookup-object.js';
import type { LookupResult, Quota } from '../lookup-result.js';
import type { Portal, Sections } from '../portal.js';
import { dayOf, type DayCount } from './day-count.js';
import type { Exchange } from './exchange.js';
import { failed, stopped, type Failed } from './failures.js';
import { Gate } from './gate.js';
import { faultOutcome, outcomeOf, type Outcome } from './outcome.js';
import type { PortalOptions } from './portal-options.js';
import type { PortalShape } from './portal-shape.js';
import { Turns } from './turns.js';

/** Tries of one lookup, the first included. */
const tries = 3;
/** A Retry-After of more than this is not waited for. */
const longestWaitMs = 30_000;
const usualPauseMs = 1000;

export interface PortalParts {
  readonly shape: PortalShape;
  /** As it may be shown. */
  readonly address: string;
  /** Address and API path, without a slash at the end. */
  readonly root: string;
  readonly exchange: Exchange;
  readonly count: DayCount;
}

type Limits = Pick<
  PortalOptions,
  'clock' | 'maxConcurrent' | 'requestsPerSecond' | 'requestsPerDay' | 'retryPauseMs' | 'signal'
>;

/** The engine of all portals: one lookup at a time for equal ones, in turns, tried again, typed. */
export class PortalClient implements Portal {
  readonly name: Portal['name'];
  readonly address: string;
  readonly #parts: PortalParts;
  readonly #limits: Limits;
  readonly #gate: Gate;
  readonly #turns: Turns;
  readonly #joined = new Joined<LookupResult>();
  /** Lookups that run; each is stopped when nobody waits for it, and all of them at the end. */
  readonly #running = new Set<AbortController>();
  #isOver = false;
  #told: { readonly day: string; readonly quota: Omit<Quota, 'source'> } | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: PortalParts, limits: Limits) {
    this.name = parts.shape.name;
    this.address = parts.address;
    this.#parts = parts;
    this.#limits = limits;
    this.#gate = new Gate(parts.address);
    this.#turns = new Turns(limits);
    if (limits.signal?.aborted === true) this.#stop();
    else limits.signal?.addEventListener('abort', this.#stop, { once: true });
  }

  /** What the portal told today, else what was counted today; undefined when neither. */
  get quota(): Quota | undefined {
    const { requestsPerDay } = this.#limits;
    const told = this.#toldToday();
    if (told !== undefined) {
      const perDay = smaller(told.perDay, requestsPerDay);
      return { used: told.used, perDay, source: 'portal' };
    }
    const { used } = this.#parts.count;
    return used === 0 ? undefined : { used, perDay: requestsPerDay, source: 'own count' };
  }

  async lookup(
    object: LookupObject,
    sections: Sections,
    signal?: AbortSignal,
  ): Promise<LookupResult> {
    const { shape, address, root } = this.#parts;
    if (this.#isOver) return stopped(address);
    const question = shape.question(object, sections);
    if (!question.ok) return failed(question.problem.failure, address, question.problem);
    const url = `${root}${question.value}`;
    const result = await this.#joined.run(url, (stop) => this.#run(url, stop), signal);
    return result === gaveUp ? stopped(address) : result;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#limits.signal?.removeEventListener('abort', this.#stop);
    this.#stop();
    await this.#parts.exchange.close();
    await this.#parts.count.flush();
  }

  readonly #stop = (): void => {
    this.#isOver = true;
    for (const one of this.#running) one.abort();
  };

  async #run(url: string, stop: AbortSignal): Promise<LookupResult> {
    const own = new AbortController();
    stop.addEventListener('abort', () => {
      own.abort();
    });
    this.#running.add(own);
    try {
      return await this.#ask(url, own.signal);
    } finally {
      this.#running.delete(own);
    }
  }

  async #ask(url: string, signal: AbortSignal): Promise<LookupResult> {
    const { retryPauseMs = usualPauseMs } = this.#limits;
    for (let attempt = 1; ; attempt++) {
      // What is refused anyway does not wait for its turn.
      const outcome = this.#refusal() ?? (await this.#inTurn(url, signal));
      if (!('isPassing' in outcome)) return outcome;
      const { result, askedWaitMs } = outcome;
      if (!outcome.isPassing || isTooLong(askedWaitMs) || attempt === tries) return result;
      const ownMs = retryPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random());
      await pause(Math.max(ownMs, askedWaitMs ?? 0), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return stopped(this.address);
    }
  }

  /** One try, when it is its turn. */
  async #inTurn(url: string, signal: AbortSignal): Promise<Outcome | Failed> {
    const { shape, address, exchange, count } = this.#parts;
    const giveBack = await this.#turns.take(signal);
    if (giveBack === undefined) return stopped(address);
    try {
      // Others may have been refused since.
      const refusal = this.#refusal();
      if (refusal !== undefined) return refusal;
      count.add();
      const answer = await exchange.get(url, signal);
      const outcome = outcomeOf(answer, shape, address, url, this.#limits.clock());
      // Before the turn is given back: the next one goes by what this one heard.
      this.#heed(outcome);
      return outcome;
    } catch (error) {
      return signal.aborted ? stopped(address) : faultOutcome(error, address);
    } finally {
      giveBack();
    }
  }

  /** Why nothing is to be asked now; undefined when it may be. */
  #refusal(): Failed | undefined {
    const { clock, requestsPerDay } = this.#limits;
    const closed = this.#gate.refusal(clock());
    if (closed !== undefined || requestsPerDay === undefined) return closed;
    const used = Math.max(this.#parts.count.used, this.#toldToday()?.used ?? 0);
    if (used < requestsPerDay) return undefined;
    return failed('quota-exceeded', this.address, {
      message: `not asked: ${used} requests were made today, and lookup.requestsPerDay is ${requestsPerDay}`,
      hint: 'wait for 00:00 UTC, or raise lookup.requestsPerDay if the account may ask more',
    });
  }

  /** Takes in what an answer means for those to come. */
  #heed({ result, askedWaitMs }: Outcome): void {
    if (result.kind === 'report') {
      const quota = this.#parts.shape.quotaOf(result.report);
      if (quota !== undefined) this.#told = { day: dayOf(result.atMs), quota };
    } else if (result.kind === 'failed') {
      const isLong = isTooLong(askedWaitMs);
      this.#gate.heard(result, this.#limits.clock(), isLong ? askedWaitMs : undefined);
      if (askedWaitMs !== undefined && !isLong) this.#turns.rest(askedWaitMs);
    }
  }

  #toldToday(): Omit<Quota, 'source'> | undefined {
    return this.#told?.day === dayOf(this.#limits.clock()) ? this.#told.quota : undefined;
  }
}

/** Whether the portal wants to be left alone for longer than a lookup waits. */
function isTooLong(askedWaitMs: number | undefined): boolean {
  return askedWaitMs !== undefined && askedWaitMs > longestWaitMs;
}

function smaller(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
