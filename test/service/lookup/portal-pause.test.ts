import { describe, expect, test } from '@jest/globals';

import type { LookupFailure } from '../../../forwarder/lookup/lookup-result.js';
import { failed, report } from './fake-portal.js';
import { detectionOf, rig } from './rig.js';

const a = 'domain:a.example.com';
const red = report({ Zone: 'Red' });
const detections = 'tf_lookup_detections_total';

describe('a portal that fails is left alone', () => {
  test.each<readonly [LookupFailure, number]>([
    ['unreachable', 10_000],
    ['server-fault', 10_000],
    ['too-many-requests', 10_000],
    ['unexpected-answer', 10_000],
    ['unauthorised', 900_000],
    ['quota-exceeded', 900_000],
    ['tls', 900_000],
    ['not-asked', 900_000],
  ])('%s: one line, a pause, one lookup to see whether it is back', async (failure, pauseMs) => {
    const { through, desk, work, portal, log, pass, counted } = rig();
    await through(a, failed(failure));
    expect(desk.pause).toMatchObject({ reason: failure, what: `the portal: ${failure}` });
    expect(counted('tf_lookup_requests_total')).toEqual({ [failure.replaceAll('-', '_')]: 1 });
    expect(log).toEqual([expect.stringMatching(/^warn lookup\.paused .*do something/)]);
    pass(pauseMs - 1);
    desk.enrich(detectionOf(a));
    expect(counted(detections)).toEqual({ queued: 1, paused: 1 });
    pass(1);
    // One, though four may be out.
    for (const name of ['b', 'c']) desk.enrich(detectionOf(`domain:${name}.example.com`));
    await work();
    expect(portal.asked).toHaveLength(2);
    await portal.asked[1]?.answer(red);
    await work();
    expect(portal.asked).toHaveLength(3);
    expect(desk.pause).toBeUndefined();
    expect(log.slice(1)).toEqual([expect.stringMatching(/^info lookup\.resumed/)]);
  });
});

test('an answer that takes too long is used, and pauses lookups until one is quick again', async () => {
  const { desk, work, portal, pass, log, followUps, context } = rig();
  desk.enrich(detectionOf(a));
  await work();
  pass(5001);
  await portal.asked[0]?.answer(red);
  await work();
  expect(followUps).toHaveLength(1);
  expect(desk.pause).toMatchObject({
    reason: 'slow',
    what: 'the portal took 5.0 s for an answer (lookup.slowSeconds)',
  });
  expect(context('domain:b.example.com')).toEqual([['id', '7']]);
  await work();
  expect(portal.asked).toHaveLength(1);
  pass(10_000);
  desk.enrich(detectionOf('domain:b.example.com'));
  await work();
  pass(5000);
  await portal.asked[1]?.answer(red);
  expect(desk.pause).toBeUndefined();
  expect(log).toEqual([
    expect.stringMatching(/^warn lookup\.paused/),
    expect.stringMatching(/^info lookup\.resumed/),
  ]);
});

test('each pause is longer than the one before, and told no second time', async () => {
  const { through, desk, portal, pass, log } = rig();
  await through(a, failed('unreachable'));
  for (const pauseMs of [10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 600_000, 600_000]) {
    pass(pauseMs - 1);
    const before = portal.asked.length;
    await through(a, failed('unreachable'));
    expect(portal.asked).toHaveLength(before);
    pass(1);
    await through(a, failed('unreachable'));
    expect(portal.asked).toHaveLength(before + 1);
  }
  expect(log).toHaveLength(1);
  expect(desk.pause?.sinceMs).toBe(1_000_000);
});

test('why it was refused stays known while the client itself does not ask any more', async () => {
  const { through, desk, pass, log } = rig();
  await through(a, failed('unauthorised'));
  pass(900_000);
  await through(a, failed('not-asked'));
  expect(desk.pause).toMatchObject({ reason: 'unauthorised' });
  expect(desk.pause?.toDo).toContain('reload the service');
  expect(log).toHaveLength(1);
});

test('a portal that wants to be left alone for a minute is not left alone for a quarter of an hour', async () => {
  const { through, desk, pass, portal, log } = rig();
  await through(a, failed('too-many-requests'));
  // Retry-After: the client does not ask before it is over.
  for (const pauseMs of [10_000, 20_000]) {
    pass(pauseMs);
    await through(a, failed('not-asked'));
    expect(desk.pause).toMatchObject({ reason: 'too-many-requests' });
  }
  pass(40_000);
  await through(a, red);
  expect(portal.asked).toHaveLength(4);
  expect(desk.pause).toBeUndefined();
  expect(log.map((line) => line.split(' ', 2)[1])).toEqual(['lookup.paused', 'lookup.resumed']);
});

test('what fails beside the one that failed first makes no pause longer', async () => {
  const { desk, portal, work, pass } = rig();
  for (const name of ['a', 'b', 'c']) desk.enrich(detectionOf(`domain:${name}.example.com`));
  await work();
  for (const asked of portal.asked) await asked.answer(failed('unreachable'));
  pass(10_000);
  desk.enrich(detectionOf(a));
  await work();
  expect(portal.asked).toHaveLength(4);
});

test('an answer of the disk says nothing about the portal', async () => {
  const { through, desk, pass } = rig();
  await through(a, failed('unreachable'));
  pass(10_000);
  await through(a, { kind: 'report', report: { Zone: 'Red' }, from: 'cache', atMs: 1 });
  expect(desk.pause).toMatchObject({ reason: 'unreachable' });
});

test('what waits when a pause begins is let go, and counted', async () => {
  const { desk, portal, work, counted } = rig({ maxConcurrent: 1 });
  for (const name of ['a', 'b', 'c']) desk.enrich(detectionOf(`domain:${name}.example.com`));
  await work();
  await portal.asked[0]?.answer(failed('unreachable'));
  await work();
  expect(portal.asked).toHaveLength(1);
  expect(desk.waiting).toBe(0);
  expect(counted('tf_lookup_follow_ups_total')).toEqual({ failed: 1, paused: 2 });
});

test('what is known is added during a pause too', async () => {
  const { through, context } = rig();
  await through(a, red);
  await through('domain:b.example.com', failed('unauthorised'));
  expect(context(a)).toContainEqual(['KLZone', 'Red']);
});

describe('the reserve', () => {
  const quota = (used: number) => ({ used, perDay: 100, source: 'portal' as const });

  test('is left to people; an hour later one lookup shows whether there is more', async () => {
    const { through, desk, portal, pass, log, counted } = rig({ reserve: 10 });
    portal.quota = quota(90);
    await through(a, red);
    expect(desk.pause).toBeUndefined();
    portal.quota = quota(91);
    await through('domain:b.example.com', red);
    expect(portal.asked).toHaveLength(1);
    expect(desk.pause?.reason).toBe('reserve');
    expect(log).toEqual([expect.stringContaining('9 of 100 requests of the day are left')]);
    pass(3_600_000);
    await through('domain:c.example.com', red);
    expect(portal.asked).toHaveLength(2);
    await through('domain:d.example.com', red);
    expect(portal.asked).toHaveLength(2);
    expect(counted(detections)).toEqual({ queued: 2, paused: 2 });
    expect(log).toHaveLength(1);
  });

  test('a new day is known without asking', async () => {
    const { through, desk, portal, log } = rig({ reserve: 10 });
    portal.quota = quota(100);
    await through(a, red);
    expect(portal.asked).toHaveLength(0);
    portal.quota = undefined;
    await through(a, red);
    expect(portal.asked).toHaveLength(1);
    expect(desk.pause).toBeUndefined();
    expect(log.at(-1)).toMatch(/^info lookup\.resumed/);
  });

  test('that is reached lets go of what waits', async () => {
    const { desk, portal, work, counted } = rig({ reserve: 50, maxConcurrent: 1 });
    for (const name of ['a', 'b']) desk.enrich(detectionOf(`domain:${name}.example.com`));
    await work();
    portal.quota = quota(51);
    await portal.asked[0]?.answer(red);
    await work();
    expect(portal.asked).toHaveLength(1);
    expect(counted('tf_lookup_follow_ups_total')).toEqual({ sent: 1, paused: 1 });
  });
});
