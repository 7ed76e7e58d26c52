import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';

import { nextFetchMs } from '../../../forwarder/feeds/sources/next-fetch.js';
import { createSchedule, type ScheduleOptions } from '../../../forwarder/feeds/sources/schedule.js';
import type { FetchState } from '../../../forwarder/feeds/sources/source.js';

const minute = 60_000;
const half = 30 * minute;

function state(more: Partial<FetchState> = {}): FetchState {
  return { url: 'x', fetchedAtMs: 0, confirmedAtMs: 0, bytes: 1, ...more };
}

/** A clock that is turned by hand, and the timers that hang on it. */
class Time {
  nowMs = 1_000 * minute;
  readonly #timers = new Map<number, { readonly atMs: number; readonly callback: () => void }>();
  #count = 0;

  readonly clock = (): number => this.nowMs;

  readonly setTimer = (callback: () => void, ms: number): (() => void) => {
    const id = this.#count++;
    this.#timers.set(id, { atMs: this.nowMs + ms, callback });
    return () => this.#timers.delete(id);
  };

  get timers(): number {
    return this.#timers.size;
  }

  /** Lets a time pass; what begins in it is given the turns it needs. */
  async pass(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    for (;;) {
      await turns();
      const due = [...this.#timers].sort(([, a], [, b]) => a.atMs - b.atMs)[0];
      if (due === undefined || due[1].atMs > endMs) break;
      this.#timers.delete(due[0]);
      this.nowMs = Math.max(this.nowMs, due[1].atMs);
      due[1].callback();
    }
    this.nowMs = endMs;
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

function scheduled(options: Omit<ScheduleOptions, 'clock' | 'setTimer' | 'random'>) {
  const time = new Time();
  const { clock, setTimer } = time;
  const schedule = createSchedule({ ...options, clock, setTimer, random: () => 0 });
  return { time, schedule };
}

/** Runs that are ended by hand. */
class Runs {
  readonly begun: string[] = [];
  readonly #ends = new Map<string, (state: FetchState | undefined) => void>();

  readonly run = (name: string): Promise<FetchState | undefined> => {
    this.begun.push(name);
    return new Promise((done) => this.#ends.set(name, done));
  };

  async end(name: string, result: FetchState | undefined): Promise<void> {
    this.#ends.get(name)?.(result);
    await turns();
  }
}

describe('when a feed is fetched next', () => {
  const nowMs = 1_000 * minute;
  const at = (known: FetchState | undefined, random = 0, everyMs = half): number | undefined =>
    nextFetchMs({ everyMs, state: known, nowMs, random });

  test('at once when nothing is there', () => {
    expect(at(undefined)).toBe(nowMs);
  });

  test('never by itself when "every" is never', () => {
    expect(at(undefined, 0, 0)).toBeUndefined();
    expect(at(state({ failedAtMs: nowMs }), 0, 0)).toBeUndefined();
  });

  test('each "every" after it was confirmed, up to a tenth later', () => {
    expect(at(state({ confirmedAtMs: nowMs - 10 * minute }))).toBe(nowMs + 20 * minute);
    expect(at(state({ confirmedAtMs: nowMs - 10 * minute }), 0.5)).toBe(nowMs + 21.5 * minute);
    expect(at(state({ confirmedAtMs: nowMs - 10 * half }))).toBe(nowMs);
  });

  test.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [5, 16],
    [6, 30],
    [1000, 30],
  ])('after %d failures %d minutes later', (failures, minutes) => {
    expect(at(state({ failedAtMs: nowMs, failures, confirmedAtMs: 5 }))).toBe(
      nowMs + minutes * minute,
    );
  });

  test('not before the source wants it', () => {
    const known = state({ failedAtMs: nowMs, failures: 1, notBeforeMs: nowMs + 90 * minute });
    expect(at(known)).toBe(nowMs + 90 * minute);
  });

  test('a time from the future does not stop it', () => {
    expect(at(state({ confirmedAtMs: nowMs * 100 }))).toBe(nowMs + half);
  });

  test('is always from now to "every" and a tenth, unless the source wants it later', () => {
    const time = fc.nat({ max: 2 ** 42 });
    const known = fc.record({
      confirmedAtMs: time,
      failedAtMs: fc.option(time, { nil: undefined }),
      failures: fc.option(fc.nat(), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        known,
        fc.integer({ min: 1, max: 2 ** 30 }),
        time,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (more, everyMs, now, random) => {
          const next = nextFetchMs({ everyMs, state: state(more), nowMs: now, random }) ?? -1;
          expect(next).toBeGreaterThanOrEqual(now);
          expect(next).toBeLessThanOrEqual(now + everyMs * 1.1);
        },
      ),
    );
  });
});

describe('the schedule', () => {
  test('fetches at once, and then each "every"', async () => {
    const fetchedAt: number[] = [];
    const { time, schedule } = scheduled({
      feeds: [{ name: 'a', everyMs: half }],
      run: () => {
        fetchedAt.push(time.nowMs / minute);
        return Promise.resolve(state({ confirmedAtMs: time.nowMs }));
      },
    });
    await time.pass(5 * minute);
    expect(fetchedAt).toEqual([]);
    schedule.start();
    await time.pass(65 * minute);
    expect(fetchedAt).toEqual([1005, 1035, 1065]);
    expect(schedule.next('a')).toBe(1095 * minute);
    expect(schedule.next('of nobody')).toBeUndefined();
  });

  test('goes on from what is known', async () => {
    const runs = new Runs();
    const { time, schedule } = scheduled({
      feeds: [
        { name: 'a', everyMs: half, state: state({ confirmedAtMs: 990 * minute }) },
        { name: 'by hand', everyMs: 0 },
      ],
      run: runs.run,
    });
    schedule.start();
    await time.pass(19 * minute);
    expect(runs.begun).toEqual([]);
    await time.pass(minute);
    expect(runs.begun).toEqual(['a']);
    expect(schedule.next('by hand')).toBeUndefined();
  });

  test('fetches two at a time, those that wait longest first', async () => {
    const runs = new Runs();
    const feeds = ['a', 'b', 'c', 'd'].map((name, index) => ({
      name,
      everyMs: half,
      state: state({ confirmedAtMs: (960 - index) * minute }),
    }));
    const { time, schedule } = scheduled({ feeds, run: runs.run });
    schedule.start();
    await time.pass(minute);
    expect(runs.begun).toHaveLength(2);
    await time.pass(100 * minute);
    expect(runs.begun).toHaveLength(2);
    await runs.end(runs.begun[0] ?? '', state({ confirmedAtMs: time.nowMs }));
    expect(runs.begun).toHaveLength(3);
    await runs.end(runs.begun[1] ?? '', state({ confirmedAtMs: time.nowMs }));
    expect([...runs.begun].sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('never fetches one feed twice at once', async () => {
    const runs = new Runs();
    const { time, schedule } = scheduled({
      feeds: [{ name: 'a', everyMs: minute }],
      run: runs.run,
    });
    schedule.start();
    await time.pass(10 * minute);
    const both = Promise.all([schedule.fetchNow('a'), schedule.fetchNow('a')]);
    await time.pass(minute);
    expect(runs.begun).toEqual(['a']);
    await runs.end('a', state({ confirmedAtMs: time.nowMs }));
    await both;
    const again = schedule.fetchNow('a');
    await turns();
    expect(runs.begun).toEqual(['a', 'a']);
    await runs.end('a', state());
    await again;
  });

  test('fetches by hand what is never fetched by itself', async () => {
    const runs = new Runs();
    const { time, schedule } = scheduled({ feeds: [{ name: 'a', everyMs: 0 }], run: runs.run });
    schedule.start();
    await time.pass(1000 * minute);
    const fetching = schedule.fetchNow('a');
    await turns();
    await runs.end('a', state({ confirmedAtMs: time.nowMs }));
    await fetching;
    expect(schedule.next('a')).toBeUndefined();
  });

  test.each([
    ['throws', () => Promise.reject(new Error('no'))],
    [
      'throws at once',
      () => {
        throw new Error('no');
      },
    ],
    ['says nothing new', () => Promise.resolve(undefined)],
  ])('a run that %s is no loop', async (_title, run) => {
    let count = 0;
    const { time, schedule } = scheduled({
      feeds: [{ name: 'a', everyMs: half }],
      run: () => {
        count += 1;
        return run();
      },
    });
    schedule.start();
    await time.pass(minute);
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(7);
  });

  test('notices that the clock was set', async () => {
    const runs = new Runs();
    const { time, schedule } = scheduled({
      feeds: [{ name: 'a', everyMs: half, state: state({ confirmedAtMs: 1000 * minute }) }],
      run: runs.run,
    });
    schedule.start();
    time.nowMs += 29 * minute + 59_000;
    await time.pass(1000);
    expect(runs.begun).toEqual(['a']);
  });

  test('a clock that is set back a day puts no fetch off', async () => {
    const runs = new Runs();
    const clock = { nowMs: 1000 * minute };
    let timer: (() => void) | undefined;
    const schedule = createSchedule({
      feeds: [{ name: 'a', everyMs: half, state: state({ confirmedAtMs: 1000 * minute }) }],
      run: runs.run,
      clock: () => clock.nowMs,
      random: () => 0,
      setTimer(callback) {
        timer = callback;
        return () => undefined;
      },
    });
    schedule.start();
    // Timers go by another clock: they are called every minute all the same.
    for (let passed = 1; passed <= 29; passed += 1) {
      clock.nowMs += minute;
      if (passed === 10) clock.nowMs -= 24 * 60 * minute;
      timer?.();
      await turns();
    }
    expect(runs.begun).toEqual([]);
    for (let passed = 30; passed <= 32; passed += 1) {
      clock.nowMs += minute;
      timer?.();
      await turns();
    }
    expect(runs.begun).toEqual(['a']);
    await runs.end('a', state());
    await schedule.stop();
  });

  test('ends what is under way when it stops, and begins nothing more', async () => {
    const stop = new AbortController();
    const stopped: string[] = [];
    const { time, schedule } = scheduled({
      feeds: [
        { name: 'a', everyMs: minute },
        { name: 'b', everyMs: minute },
        { name: 'c', everyMs: minute },
      ],
      signal: stop.signal,
      run: (name, signal) =>
        new Promise((done) => {
          signal.addEventListener('abort', () => {
            stopped.push(name);
            done(undefined);
          });
        }),
    });
    schedule.start();
    await time.pass(minute);
    stop.abort();
    await schedule.stop();
    expect(stopped).toEqual(['a', 'b']);
    expect(time.timers).toBe(0);
    await schedule.fetchNow('c');
    await time.pass(10 * minute);
    expect(stopped).toEqual(['a', 'b']);
  });

  test('does not keep the process from ending', async () => {
    const keeping = (): number =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const schedule = createSchedule({
      feeds: [{ name: 'a', everyMs: half, state: state({ confirmedAtMs: Date.now() }) }],
      clock: Date.now,
      run: () => Promise.resolve(undefined),
    });
    const before = keeping();
    schedule.start();
    expect(keeping()).toBe(before);
    expect(schedule.next('a')).toBeGreaterThan(Date.now());
    await schedule.stop();
  });
});
