import { messageOf, type Observable } from '../../core/index.js';
import { ExpiringCache, shownAddress } from '../../net/index.js';
import { mayLeave } from '../../normalise/may-leave.js';
import { liveCounters } from './live-counters.js';
import {
  defaultLiveLimits,
  type LiveLookups,
  type LiveOptions,
  type LiveOutcome,
} from './live-options.js';
import { machineTime } from './live-time.js';
import type { Hit } from './misp-answer.js';
import { createMispAsker } from './misp-asker.js';
import { QuestionSender } from './question-sender.js';
import { questionsOf, type Question } from './questions.js';

/** Attributes in one answer. */
const attributesPerAnswer = 500;

/**
 * Asks a MISP for what events hold, beside the matching: no event waits for it. What protects both
 * sides:
 *
 *     ask ─▶ may it leave? ─▶ cached? ─▶ a pause? ─▶ asked already? ─▶ room? ─▶ queue ─▶ pace ─▶ one request of many
 *
 * Throws ServiceError TF_CONFIG for options that cannot be used.
 */
export function createLiveLookups<Ticket>(options: LiveOptions<Ticket>): LiveLookups<Ticket> {
  const { address, access, feed, logger, query } = options;
  const limits = { ...defaultLiveLimits, ...options.limits };
  const time = options.time ?? machineTime;
  const where = shownAddress(address);
  const kinds = options.kinds === undefined ? undefined : new Set(options.kinds);
  const isPublic = mayLeave(options.neverAsk);
  const counters = liveCounters(options.counters, feed.name);
  const cache = new ExpiringCache<string, Hit | 'miss'>(limits.maxCached);
  let isClosed = false;

  const sender = new QuestionSender<Ticket>({
    limits,
    time,
    fullAnswer: attributesPerAnswer,
    asker: createMispAsker({
      address,
      access,
      query,
      where,
      timeoutMs: limits.timeoutMs,
      maxAnswerBytes: limits.maxAnswerBytes,
      limit: attributesPerAnswer,
      clock: Date.now,
    }),
    onSettled({ key }, hit, waiters) {
      const ttlMs = hit === undefined ? limits.missTtlMs : limits.ttlMs;
      cache.set(key, hit ?? 'miss', time.now() + ttlMs);
      count(hit === undefined ? 'miss' : 'hit', waiters.length);
      if (hit === undefined) return;
      for (const { question, ticket } of waiters) report(hit, question, ticket);
    },
    onLetGo: count,
    onAnswered(isBack) {
      counters.answered.value++;
      if (isBack) logger.info('live.back', 'The MISP answers again.', { feed: feed.name, where });
    },
    onFailed(error, pauseMs) {
      counters.unanswered.value++;
      if (pauseMs === undefined) return;
      logger.warn('live.failed', `Live lookups pause: ${messageOf(error)}`, {
        feed: feed.name,
        where,
        pauseSeconds: Math.round(pauseMs / 1000),
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      });
    },
  });

  function count(outcome: LiveOutcome, by = 1): void {
    counters.lookups[outcome].value += by;
  }

  function report(hit: Hit, { observable, url }: Question, ticket: Ticket): void {
    try {
      options.onAnswer({ observable, ...(url === undefined ? {} : { url }), feed, ...hit }, ticket);
    } catch (error) {
      logger.error('live.handler', `An answer could not be handled: ${messageOf(error)}`);
    }
  }

  function askFor(question: Question, ticket: Ticket): void {
    const nowMs = time.now();
    const answer = cache.get(question.key, nowMs);
    if (isClosed) count('closed');
    else if (answer === 'miss') count('cached_miss');
    else if (answer !== undefined) {
      count('cached_hit');
      queueMicrotask(() => {
        report(answer, question, ticket);
      });
    } else if (sender.isPaused(nowMs)) count('paused');
    else {
      const addition = sender.add(question, ticket);
      if (addition !== 'added') count(addition);
    }
  }

  function questionsIn(observables: Iterable<Observable>): Iterable<Question> {
    const asked = new Map<string, Question>();
    for (const observable of observables) {
      const isOfKind = kinds?.has(observable.kind) ?? true;
      const questions = isOfKind ? questionsOf(observable, isPublic) : [];
      if (questions.length === 0) count('not_asked');
      for (const question of questions) {
        const known = asked.get(question.key);
        // A host that stands in the event by itself counts more than the one of a URL.
        if (known === undefined || (known.url !== undefined && question.url === undefined)) {
          asked.set(question.key, question);
        }
      }
    }
    return asked.values();
  }

  return {
    get waiting() {
      return sender.waiting;
    },
    get inFlight() {
      return sender.inFlight;
    },
    get cached() {
      return cache.size;
    },
    ask(observables, ticket) {
      for (const question of questionsIn(observables)) askFor(question, ticket);
    },
    async close() {
      isClosed = true;
      await sender.close();
      cache.clear();
    },
  };
}
