import type { FeedInfo, Match, Observable } from '../../../forwarder/core/index.js';
import { categoriesFor } from '../../../forwarder/feeds/index.js';
import {
  createLiveLookups,
  type LiveLookups,
  type LiveOptions,
  type LiveTime,
} from '../../../forwarder/feeds/live/index.js';
import { hashKindOfLength, normaliseUrl, parseIp } from '../../../forwarder/normalise/index.js';
import { testCounters, testLogger, type TestCounters } from '../../faults/messages.js';

/** Time that stands still until it is moved. */
export interface ManualTime extends LiveTime {
  /** Lets so many milliseconds pass, and what was due in them happen, in its order. */
  advance(ms: number): void;
}

export function manualTime(): ManualTime {
  let nowMs = 1000;
  const timers = new Set<{ readonly atMs: number; readonly action: () => void }>();
  return {
    now: () => nowMs,
    after(ms, action) {
      const timer = { atMs: nowMs + ms, action };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        const [next] = [...timers].filter(({ atMs }) => atMs <= endMs).sort(byTime);
        if (next === undefined) break;
        timers.delete(next);
        nowMs = Math.max(nowMs, next.atMs);
        next.action();
      }
      nowMs = endMs;
    },
  };
}

function byTime(a: { readonly atMs: number }, b: { readonly atMs: number }): number {
  return a.atMs - b.atMs;
}

export const liveFeed: FeedInfo = {
  name: 'House_MISP',
  origin: 'https://misp.example',
  role: 'detect',
  confidence: 60,
  categories: categoriesFor('House_MISP'),
};

export const key = 'Zo2rNnF3x9QkTq0cV1bLwH8yM4sJ7pUeGdAiKv5X';

export interface LiveRig {
  readonly live: LiveLookups<number>;
  readonly time: ManualTime;
  readonly counters: TestCounters;
  readonly logger: ReturnType<typeof testLogger>;
  readonly answers: { readonly match: Match; readonly ticket: number }[];
  count(outcome: string): number;
  /** The values that were to be asked for, by all outcomes, and those that wait. */
  accountedFor(): number;
}

export function liveRig(
  address: string,
  options: Partial<Omit<LiveOptions<number>, 'address'>> = {},
): LiveRig {
  const time = manualTime();
  const counters = testCounters();
  const logger = testLogger();
  const answers: LiveRig['answers'] = [];
  const live = createLiveLookups<number>({
    address,
    access: { auth: { token: key }, proxy: 'none' },
    feed: liveFeed,
    counters,
    logger,
    time,
    onAnswer: (match, ticket) => answers.push({ match, ticket }),
    ...options,
  });
  const count = (outcome: string): number =>
    counters.total('tf_live_lookups_total', { feed: liveFeed.name, outcome });
  return {
    live,
    time,
    counters,
    logger,
    answers,
    count,
    accountedFor: () => counters.total('tf_live_lookups_total') + live.waiting,
  };
}

/** What the extraction would make of a value. */
export function observable(text: string): Observable {
  const hash = hashKindOfLength(text.length);
  if (hash !== undefined && /^[0-9a-f]+$/i.test(text)) {
    return { kind: hash, rule: `RE_${hash.toUpperCase()}`, text, value: text.toLowerCase() };
  }
  const ip = parseIp(text);
  if (ip !== undefined) return { kind: 'ip', rule: 'RE_IP', text, value: ip };
  const url = text.includes('/') ? normaliseUrl(text) : undefined;
  if (url !== undefined) return { kind: 'url', rule: 'RE_URL', text, ...url };
  return { kind: 'domain', rule: 'RE_DOMAIN', text, value: text.toLowerCase() };
}
