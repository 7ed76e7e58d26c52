import { afterEach, describe, expect, jest, test } from '@jest/globals';

import { failed, type Failed } from '../../../forwarder/lookup/client/failures.js';
import { Gate } from '../../../forwarder/lookup/client/gate.js';
import { Turns } from '../../../forwarder/lookup/client/turns.js';
import type { LookupFailure } from '../../../forwarder/lookup/lookup-result.js';
import { noonMs } from './support.js';

const minuteMs = 60_000;
const answer = (failure: LookupFailure, status: number): Failed =>
  failed(failure, 'https://portal.example', { message: 'x', hint: 'do this', status });

describe('what one answer means for those to come', () => {
  test('403: nothing is asked for 15 minutes', () => {
    const gate = new Gate('https://portal.example');
    expect(gate.refusal(noonMs)).toBeUndefined();
    gate.heard(answer('quota-exceeded', 403), noonMs);
    expect(gate.refusal(noonMs + 15 * minuteMs - 1)).toMatchObject({
      failure: 'not-asked',
      message:
        'https://portal.example: not asked before 2026-11-21T12:15:00Z, after HTTP 403: quota-exceeded',
      hint: 'do this',
    });
    expect(gate.refusal(noonMs + 15 * minuteMs)).toBeUndefined();
  });

  test('403 near midnight: until the next day', () => {
    const gate = new Gate('https://portal.example');
    const lateMs = noonMs + 12 * 60 * minuteMs - 5 * minuteMs;
    gate.heard(answer('quota-exceeded', 403), lateMs);
    expect(gate.refusal(lateMs + 5 * minuteMs - 1)).toBeDefined();
    expect(gate.refusal(lateMs + 5 * minuteMs)).toBeUndefined();
  });

  test('401: never again, and no other answer shortens that', () => {
    const gate = new Gate('https://portal.example');
    gate.heard(answer('unauthorised', 401), noonMs);
    gate.heard(answer('quota-exceeded', 403), noonMs);
    expect(gate.refusal(noonMs + 1e12)?.message).toContain('not asked any more, after HTTP 401');
  });

  test('a long Retry-After: 15 minutes at most; anything else nothing', () => {
    const gate = new Gate('https://portal.example');
    gate.heard(answer('bad-request', 400), noonMs);
    gate.heard(answer('server-fault', 500), noonMs);
    expect(gate.refusal(noonMs)).toBeUndefined();
    gate.heard(answer('too-many-requests', 429), noonMs, 2 * minuteMs);
    expect(gate.refusal(noonMs + 2 * minuteMs - 1)).toBeDefined();
    expect(gate.refusal(noonMs + 2 * minuteMs)).toBeUndefined();
    gate.heard(answer('too-many-requests', 429), noonMs, 100 * minuteMs);
    expect(gate.refusal(noonMs + 15 * minuteMs)).toBeUndefined();
  });
});

describe('whose turn it is', () => {
  const never = new AbortController().signal;
  afterEach(() => {
    jest.useRealTimers();
  });

  function begin(): { readonly advance: (ms: number) => Promise<void> } {
    jest.useFakeTimers();
    return { advance: (ms) => jest.advanceTimersByTimeAsync(ms) };
  }

  test('so many at a time, the first who came first', async () => {
    const { advance } = begin();
    const turns = new Turns({ maxConcurrent: 2, requestsPerSecond: 1000 });
    const began: string[] = [];
    const giveBack = new Map<string, () => void>();
    for (const name of ['a', 'b', 'c', 'd']) {
      void turns.take(never).then((give) => {
        began.push(name);
        giveBack.set(name, give!);
      });
    }
    await advance(100);
    expect(began).toEqual(['a', 'b']);
    giveBack.get('b')!();
    await advance(100);
    expect(began).toEqual(['a', 'b', 'c']);
    giveBack.get('a')!();
    giveBack.get('c')!();
    await advance(100);
    expect(began).toEqual(['a', 'b', 'c', 'd']);
  });

  test('at an even pace, and after a rest', async () => {
    const { advance } = begin();
    const turns = new Turns({ maxConcurrent: 100, requestsPerSecond: 10 });
    let began = 0;
    for (let one = 0; one < 10; one++) void turns.take(never).then(() => began++);
    await advance(0);
    expect(began).toBe(1);
    await advance(99);
    expect(began).toBe(1);
    await advance(1);
    expect(began).toBe(2);
    turns.rest(1000);
    await advance(999);
    expect(began).toBe(2);
    await advance(101);
    expect(began).toBe(4);
  });

  test('who stops waiting leaves the others theirs, and no timer', async () => {
    const { advance } = begin();
    const turns = new Turns({ maxConcurrent: 1, requestsPerSecond: 1 });
    const give = await turns.take(never);
    const stop = new AbortController();
    const second = turns.take(stop.signal);
    const third = turns.take(never);
    stop.abort();
    expect(await second).toBeUndefined();
    expect(await turns.take(stop.signal)).toBeUndefined();
    give!();
    await advance(1000);
    expect(typeof (await third)).toBe('function');
    expect(jest.getTimerCount()).toBe(0);
    const another = new AbortController();
    const last = turns.take(another.signal);
    (await third)!();
    expect(jest.getTimerCount()).toBe(1);
    another.abort();
    expect(await last).toBeUndefined();
    expect(jest.getTimerCount()).toBe(0);
  });
});
