import type { Clock, Logger } from '../../core/index.js';
import type { LookupFailure, LookupResult } from '../../lookup/lookup-result.js';
import type { Portal } from '../../lookup/portal.js';
import { Breaker } from '../../net/index.js';

type Failed = Extract<LookupResult, { kind: 'failed' }>;

/** Why nothing is asked now, for people. */
export interface Pause {
  /** `reserve`: what is left of the quota is for people. `slow`: an answer took too long. */
  readonly reason: LookupFailure | 'reserve' | 'slow';
  readonly what: string;
  readonly toDo: string;
  /** When it began, and when the next lookup is tried; milliseconds since 1970. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

export interface PortalPauseOptions {
  readonly portal: Pick<Portal, 'address' | 'quota'>;
  /** So much of the quota is left for people, in percent. */
  readonly reserve: number;
  readonly logger: Logger;
  readonly clock: Clock;
  /** For durations: milliseconds that nobody can set. */
  readonly monotonic: () => number;
  /** Nothing is asked from now on: what waits is in vain. */
  readonly onPause: () => void;
}

/** What passes by itself is tried again soon; what somebody has to mend, or a new day, seldom. */
const soon = { pauseMs: 10_000, maxPauseMs: 600_000 };
const seldom = { pauseMs: 900_000, maxPauseMs: 3_600_000 };
/** The portal tells its quota with an answer only: one lookup an hour shows whether a new day has begun. */
const hourly = { pauseMs: 3_600_000, maxPauseMs: 3_600_000 };

/**
 * Decides whether the portal may be asked for detections now. A portal that fails is left alone, longer
 * each time; then one lookup shows whether it is back. So is one of whose quota only what people need is
 * left. Each pause is told to the log once, with its end.
 */
export class PortalPause {
  readonly #options: PortalPauseOptions;
  readonly #soon = new Breaker(soon);
  readonly #seldom = new Breaker(seldom);
  readonly #reserve = new Breaker(hourly);
  #pause: Pause | undefined;

  constructor(options: PortalPauseOptions) {
    this.#options = options;
  }

  /** The pause; there is one until an answer has come, also while one is being tried. */
  get now(): Pause | undefined {
    return this.#pause;
  }

  /** How many lookups may be out, of so many at most. */
  places(most: number): number {
    const nowMs = this.#options.monotonic();
    this.#lookAtQuota(nowMs);
    const breakers = [this.#soon, this.#seldom, this.#reserve];
    if (breakers.some((one) => one.isPaused(nowMs))) return 0;
    return breakers.some((one) => one.isTrying) ? Math.min(1, most) : most;
  }

  /** The portal itself has answered. */
  answered(): void {
    this.#soon.succeeded();
    this.#seldom.succeeded();
    const nowMs = this.#options.monotonic();
    if (this.#isReserveReached()) {
      if (!this.#reserve.isPaused(nowMs)) this.#spare(nowMs);
      return;
    }
    this.#reserve.succeeded();
    this.#end();
  }

  /** The portal has answered, and took so long that what waits behind would come too late. */
  slow(tookMs: number): void {
    const nowMs = this.#options.monotonic();
    if (this.#soon.isPaused(nowMs)) return;
    this.#begin(
      'slow',
      `the portal took ${(tookMs / 1000).toFixed(1)} s for an answer (lookup.slowSeconds)`,
      'ask the operator of the portal or of the proxy; or raise lookup.slowSeconds if answers may take so long',
      this.#soon.failed(nowMs),
    );
  }

  /** A lookup has failed by the portal, the way to it, or what it thinks of us. */
  failed({ failure, message, hint }: Failed): void {
    const nowMs = this.#options.monotonic();
    // The portal's client was told before why it may not ask, and so was the log.
    const known = failure === 'not-asked' ? this.#pause : undefined;
    const isPassing = isSelfMending(known === undefined ? failure : known.reason);
    const breaker = isPassing ? this.#soon : this.#seldom;
    // What was out beside the one that failed fails with it, and says nothing new.
    if (breaker.isPaused(nowMs)) return;
    const pauseMs = breaker.failed(nowMs);
    if (known === undefined) this.#begin(failure, message, remedy(failure, hint), pauseMs);
    else {
      this.#pause = { ...known, untilMs: this.#options.clock() + pauseMs };
      this.#options.onPause();
    }
  }

  /** What the portal does not tell is counted here: then the new day is known without asking. */
  #lookAtQuota(nowMs: number): void {
    const isReached = this.#isReserveReached();
    if (isReached && !this.#reserve.isTrying) this.#spare(nowMs);
    if (!isReached && this.#reserve.isTrying && this.#reserve.succeeded()) this.#end();
  }

  #isReserveReached(): boolean {
    const { portal, reserve } = this.#options;
    const { quota } = portal;
    if (quota?.perDay === undefined || reserve === 0) return false;
    return quota.perDay - quota.used < (quota.perDay * reserve) / 100;
  }

  #spare(nowMs: number): void {
    const { quota } = this.#options.portal;
    const left = Math.max(0, (quota?.perDay ?? 0) - (quota?.used ?? 0));
    this.#begin(
      'reserve',
      `${left} of ${quota?.perDay ?? 0} requests of the day are left, which are for people (lookup.reserve)`,
      'wait for the next day; or lower lookup.reserve, or let fewer detections be looked up (lookup.enrich)',
      this.#reserve.failed(nowMs),
    );
  }

  #begin(reason: Pause['reason'], what: string, toDo: string, pauseMs: number): void {
    const { clock, logger, portal, onPause } = this.#options;
    onPause();
    const atMs = clock();
    const before = this.#pause;
    const sinceMs = before?.reason === reason ? before.sinceMs : atMs;
    this.#pause = { reason, what, toDo, sinceMs, untilMs: atMs + pauseMs };
    if (before?.reason === reason) return;
    logger.warn('lookup.paused', `Detections are not looked up for now: ${what}`, {
      portal: portal.address,
      reason,
      pauseSeconds: Math.round(pauseMs / 1000),
      hint: toDo,
    });
  }

  #end(): void {
    if (this.#pause === undefined) return;
    this.#pause = undefined;
    this.#options.logger.info('lookup.resumed', 'Detections are looked up again', {
      portal: this.#options.portal.address,
    });
  }
}

/** Credentials and certificates are read when the portal is opened. */
function remedy(failure: LookupFailure, hint: string): string {
  const isOurs = failure === 'unauthorised' || failure === 'tls';
  return isOurs ? `${hint}; then reload the service (SIGHUP)` : hint;
}

function isSelfMending(reason: Pause['reason']): boolean {
  switch (reason) {
    case 'too-many-requests':
    case 'server-fault':
    case 'unexpected-answer':
    case 'unreachable':
    case 'slow':
      return true;
    case 'unauthorised':
    case 'quota-exceeded':
    case 'tls':
    case 'not-asked':
    case 'bad-request':
    case 'too-long':
    case 'stopped':
    case 'reserve':
      return false;
    default:
      return reason satisfies never;
  }
}
