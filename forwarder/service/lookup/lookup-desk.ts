import { messageOf } from '../../core/index.js';
import type { Clock, CounterSource, Detection, Logger, Outcome } from '../../core/index.js';
import type { LookupObject } from '../../lookup/lookup-object.js';
import { isOfValue } from '../../lookup/lookup-result.js';
import type { LookupResult } from '../../lookup/lookup-result.js';
import { lookupKindOf, objectOf } from '../../lookup/may-look-up.js';
import type { EnrichPlan, EnrichRule } from '../../lookup/may-look-up.js';
import type { CachingPortal } from '../../lookup/portal.js';
import { ExpiringCache } from '../../net/index.js';
import { mayLeave, type MayLeave } from '../../normalise/may-leave.js';
import { followedDetection, followUpOutcome } from './follow-up.js';
import type { FollowedDetection } from './follow-up.js';
import { lookupCounters } from './lookup-counters.js';
import type { DetectionOutcome, FollowUpOutcome, LookupCounters } from './lookup-counters.js';
import { LookupPlans } from './lookup-plans.js';
import { LookupQueue } from './lookup-queue.js';
import type { Waiting } from './lookup-queue.js';
import { PortalPause } from './portal-pause.js';
import type { Pause } from './portal-pause.js';
import { answerContext } from './report-context.js';
import type { Answer } from './report-context.js';

export interface LookupDeskOptions {
  readonly portal: CachingPortal;
  readonly rules: readonly EnrichRule[];
  /** So much of the quota is left for people, in percent. */
  readonly reserve: number;
  readonly maxConcurrent: number;
  /** An answer that takes longer, waiting for its turn included, pauses lookups; milliseconds. */
  readonly slowMs: number;
  /** Own domains, addresses and ranges, which are never asked about; private ones never are. */
  readonly neverAsk?: readonly string[] | undefined;
  readonly counters: CounterSource;
  readonly logger: Logger;
  readonly clock: Clock;
  /** For durations: milliseconds that nobody can set. */
  readonly monotonic?: (() => number) | undefined;
  /** Takes the messages that follow detections. */
  readonly onFollowUp: (outcome: Outcome) => void;
  /** Whether they name the message they follow. */
  readonly withMessageId: () => boolean;
  /** Does something later; setImmediate when absent. */
  readonly later?: ((work: () => void) => void) | undefined;
}

/** What waits for an answer: of equal objects the detection that came first. */
interface Ticket {
  readonly object: LookupObject;
  readonly plan: EnrichPlan;
  /** Undefined when no message is to follow it. */
  readonly detection: FollowedDetection | undefined;
}

const maxWaiting = 1000;
/** An object is not asked about again so soon, whether or not its answer was kept. */
const againAfterMs = 60_000;
/** What the portal does not take today it does not take in an hour either. */
const refusedForMs = 3_600_000;
const maxRemembered = 10_000;

/**
 * Adds to detections what the portal says about them. A detection never waits: what is known goes with
 * it, the rest is asked beside the event's way and kept for the next one.
 *
 *     fits? ─▶ may it leave? ─▶ known? ─▶ a pause? ─▶ asked already? ─▶ room? ─▶ queue ─▶ portal
 */
export class LookupDesk {
  readonly #options: LookupDeskOptions;
  readonly #plans: LookupPlans;
  readonly #counters: LookupCounters;
  readonly #pause: PortalPause;
  readonly #queue: LookupQueue<Ticket>;
  readonly #lately = new ExpiringCache<string, true>(maxRemembered);
  readonly #mayLeave: MayLeave;
  readonly #monotonic: () => number;
  readonly #stop = new AbortController();
  #followUps = 0;

  /** Throws ServiceError TF_CONFIG for a field there is not, and for an entry of `neverAsk` that is none. */
  constructor(options: LookupDeskOptions) {
    this.#options = options;
    this.#plans = new LookupPlans(options.rules);
    this.#mayLeave = mayLeave(options.neverAsk, 'lookup.neverAsk');
    this.#counters = lookupCounters(options.counters);
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#pause = new PortalPause({
      ...options,
      monotonic: this.#monotonic,
      onPause: () => {
        this.#letGo('paused');
      },
    });
    this.#queue = new LookupQueue({
      maxWaiting,
      places: () => this.#pause.places(options.maxConcurrent),
      ask: (waiting) => this.#ask(waiting),
      later: options.later ?? ((work) => setImmediate(work)),
    });
  }

  get portal(): CachingPortal {
    return this.#options.portal;
  }

  /** Objects whose answers are waited for. */
  get waiting(): number {
    return this.#queue.size;
  }

  get pause(): Pause | undefined {
    return this.#pause.now;
  }

  /** The detection with what is known about it, or as it is. Returns at once, never throws. */
  enrich(detection: Detection): Detection {
    try {
      return this.#enrich(detection);
    } catch (error) {
      this.#fault(error);
      this.#counters.detections.failed.value += 1;
      return detection;
    }
  }

  /** Lets go of what waits and closes the portal; safe to repeat. */
  async close(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#letGo('stopped');
    await this.#options.portal.close();
  }

  #enrich(detection: Detection): Detection {
    const { observable, feed } = detection.match;
    const plan = this.#plans.planOf(feed, lookupKindOf(observable));
    if (plan === undefined) return detection;
    const object = objectOf(observable, this.#mayLeave);
    if (object === undefined) return this.#plain(detection, 'not_asked');
    const answer = this.#options.portal.known(object, plan.sections);
    if (answer !== undefined && answer.kind !== 'failed')
      return this.#with(detection, answer, plan);
    return this.#plain(detection, this.#lookUp(detection, object, plan));
  }

  #with(detection: Detection, answer: Answer, plan: EnrichPlan): Detection {
    this.#counters.detections[answer.kind === 'report' ? 'enriched' : 'no_data'].value += 1;
    const { match } = detection;
    // Behind the record's own fields: of two equal names the first wins.
    const context = [...match.context, ...answerContext(answer, plan)];
    return { ...detection, match: { ...match, context } };
  }

  #plain(detection: Detection, outcome: DetectionOutcome): Detection {
    this.#counters.detections[outcome].value += 1;
    return detection;
  }

  #lookUp(detection: Detection, object: LookupObject, plan: EnrichPlan): DetectionOutcome {
    if (this.#stop.signal.aborted) return 'stopped';
    if (this.#pause.places(1) === 0) return 'paused';
    const key = `${plan.rule} ${object.kind} ${object.value}`;
    if (this.#lately.get(key, this.#monotonic()) === true) return 'asked_lately';
    const followed = plan.followUp ? followedDetection(detection) : undefined;
    return this.#queue.add({ key, ticket: { object, plan, detection: followed } });
  }

  async #ask(waiting: Waiting<Ticket>): Promise<void> {
    const { object, plan } = waiting.ticket;
    try {
      const { portal } = this.#options;
      const begunMs = this.#monotonic();
      const result = await portal.lookup(object, plan.sections, this.#stop.signal);
      const counter = this.#counters.request(result);
      if (counter !== undefined) counter.value += 1;
      this.#take(waiting, result, this.#monotonic() - begunMs);
    } catch (error) {
      this.#lose(waiting, 'failed');
      this.#fault(error);
    }
  }

  #take(waiting: Waiting<Ticket>, result: LookupResult, tookMs: number): void {
    if (this.#stop.signal.aborted) {
      // Nobody takes messages any more.
      this.#lose(waiting, 'stopped');
      return;
    }
    if (result.kind !== 'failed') {
      // What comes from the disk says nothing about the portal.
      if (result.from === 'portal') this.#heard(tookMs);
      this.#remember(waiting, againAfterMs);
      this.#follow(waiting.ticket, result);
      return;
    }
    const isStopped = result.failure === 'stopped';
    this.#lose(waiting, isStopped ? 'stopped' : 'failed');
    if (isOfValue(result.failure)) this.#remember(waiting, refusedForMs);
    else if (!isStopped) this.#pause.failed(result);
  }

  /** The answer itself is good either way. */
  #heard(tookMs: number): void {
    if (tookMs > this.#options.slowMs) this.#pause.slow(tookMs);
    else this.#pause.answered();
  }

  #follow({ detection, plan }: Ticket, answer: Answer): void {
    if (detection === undefined) return;
    const { clock, onFollowUp, withMessageId } = this.#options;
    this.#followUps += 1;
    const options = { atMs: clock(), number: this.#followUps, withMessageId: withMessageId() };
    onFollowUp(followUpOutcome(detection, answer, plan, options));
    this.#counters.followUps.sent.value += 1;
  }

  #remember({ key }: Waiting<Ticket>, forMs: number): void {
    this.#lately.set(key, true, this.#monotonic() + forMs);
  }

  #letGo(why: FollowUpOutcome): void {
    for (const waiting of this.#queue.drop()) this.#lose(waiting, why);
  }

  /** No message will follow the detection. */
  #lose({ ticket }: Waiting<Ticket>, why: FollowUpOutcome): void {
    if (ticket.detection !== undefined) this.#counters.followUps[why].value += 1;
  }

  #fault(error: unknown): void {
    this.#options.logger.error('lookup.fault', `A lookup met a fault of ours: ${messageOf(error)}`);
  }
}
