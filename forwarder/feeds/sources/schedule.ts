import type { Clock } from '../../core/index.js';
import { nextFetchMs } from './next-fetch.js';
import type { FetchState } from './source.js';

export interface ScheduledFeed {
  readonly name: string;
  /** How often it is fetched; 0: only by hand. */
  readonly everyMs: number;
  /** What is known from before. */
  readonly state?: FetchState | undefined;
}

/** Calls back once after some milliseconds; gives back how to forget it. */
export type SetTimer = (callback: () => void, ms: number) => () => void;

export interface ScheduleOptions {
  readonly feeds: readonly ScheduledFeed[];
  readonly clock: Clock;
  /** Fetches a feed, and gives back its state afterwards (UpdateResult.state). */
  readonly run: (name: string, signal: AbortSignal) => Promise<FetchState | undefined>;
  /** From [0, 1[. */
  readonly random?: () => number;
  /** How many feeds are fetched at the same time; default 2. */
  readonly abreast?: number;
  readonly setTimer?: SetTimer;
  /** Ends the schedule as stop() does. */
  readonly signal?: AbortSignal | undefined;
}

/** Fetches each feed in its time, never one twice at once. */
export interface Schedule {
  start(): void;
  /** When a feed is fetched next, in milliseconds since 1970; undefined when only by hand. */
  next(name: string): number | undefined;
  /** Fetches a feed now, or waits for the fetch that is under way. */
  fetchNow(name: string): Promise<void>;
  /** Ends what is under way, and resolves when it has ended. */
  stop(): Promise<void>;
}

/** Timers of the runtime may be late, and the clock may be set: it is looked at this often. */
const longestSleepMs = 60_000;
/** However a fetch ended, the next one does not follow sooner. */
const shortestPauseMs = 10_000;

interface Entry {
  readonly name: string;
  readonly everyMs: number;
  state: FetchState | undefined;
  nextMs: number | undefined;
  running: Promise<void> | undefined;
}

export function createSchedule(options: ScheduleOptions): Schedule {
  const { clock, run, random = Math.random, abreast = 2, setTimer = unrefTimer } = options;
  const entries = new Map<string, Entry>();
  const stopping = new AbortController();
  let forgetTimer: () => void = () => undefined;
  let isStarted = false;

  const plan = ({ everyMs, state }: Pick<Entry, 'everyMs' | 'state'>): number | undefined =>
    nextFetchMs({ everyMs, state, nowMs: clock(), random: random() });

  for (const { name, everyMs, state } of options.feeds) {
    entries.set(name, {
      name,
      everyMs,
      state,
      nextMs: plan({ everyMs, state }),
      running: undefined,
    });
  }

  const fetchEntry = (entry: Entry): Promise<void> =>
    (entry.running ??= Promise.resolve()
      .then(() => run(entry.name, stopping.signal))
      .catch(() => afterFault(entry.state, clock()))
      .then((state) => {
        entry.state = state;
        entry.running = undefined;
        const next = plan(entry);
        entry.nextMs = next === undefined ? undefined : Math.max(next, clock() + shortestPauseMs);
        wake();
      }));

  /** A clock that is set back must not put the next fetch off by as much. */
  let lookedAtMs = clock();
  const noticeSetBack = (): void => {
    const nowMs = clock();
    const backMs = lookedAtMs - nowMs;
    lookedAtMs = nowMs;
    if (backMs <= 0) return;
    for (const entry of entries.values()) {
      if (entry.nextMs !== undefined) entry.nextMs -= backMs;
    }
  };

  const wake = (): void => {
    forgetTimer();
    noticeSetBack();
    if (!isStarted || stopping.signal.aborted) return;
    const waiting = [...entries.values()]
      .filter((entry) => entry.nextMs !== undefined && entry.running === undefined)
      .sort((left, right) => (left.nextMs ?? 0) - (right.nextMs ?? 0));
    let free =
      abreast - [...entries.values()].filter(({ running }) => running !== undefined).length;
    for (const entry of waiting) {
      const restMs = (entry.nextMs ?? 0) - clock();
      // Whoever ends calls again.
      if (free <= 0) return;
      if (restMs > 0) {
        forgetTimer = setTimer(wake, Math.min(restMs, longestSleepMs));
        return;
      }
      free -= 1;
      void fetchEntry(entry);
    }
  };

  const stop = async (): Promise<void> => {
    stopping.abort();
    forgetTimer();
    await Promise.all([...entries.values()].map((entry) => entry.running ?? Promise.resolve()));
  };
  options.signal?.addEventListener('abort', () => void stop(), { once: true });

  return {
    start() {
      isStarted = true;
      wake();
    },
    next: (name) => entries.get(name)?.nextMs,
    async fetchNow(name) {
      const entry = entries.get(name);
      if (entry !== undefined && !stopping.signal.aborted) await fetchEntry(entry);
    },
    stop,
  };
}

/** Of a run that threw: it counts as a failed attempt. */
function afterFault(state: FetchState | undefined, nowMs: number): FetchState {
  const none = { url: '', fetchedAtMs: 0, confirmedAtMs: 0, bytes: 0 };
  return { ...(state ?? none), failedAtMs: nowMs, failures: (state?.failures ?? 0) + 1 };
}

function unrefTimer(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms);
  timer.unref();
  return () => {
    clearTimeout(timer);
  };
}
