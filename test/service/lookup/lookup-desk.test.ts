import { describe, expect, test } from '@jest/globals';

import { failed, noData, report } from './fake-portal.js';
import { contextOf, detectionOf, rig } from './rig.js';

const evil = 'domain:evil.example.com';
const red = report({ Zone: 'Red' });
const detections = 'tf_lookup_detections_total';
const followUps = 'tf_lookup_follow_ups_total';
const requests = 'tf_lookup_requests_total';

test('the first detection goes out as it is, a message follows, the next one has the fields', async () => {
  const { desk, portal, work, counted, followUps: sent, context } = rig();
  const first = detectionOf(evil);
  expect(desk.enrich(first)).toBe(first);
  // Nothing is asked on the event's way.
  expect(portal.asked).toEqual([]);
  expect(desk.waiting).toBe(1);
  await work();
  expect(portal.asked.map(({ object }) => [object.kind, object.value])).toEqual([
    ['domain', 'evil.example.com'],
  ]);
  await portal.asked[0]?.answer(red);
  expect(sent.map(contextOf)).toEqual([
    {
      name: 'KL_EVALUATION_Lookup',
      matchedIndicator: 'evil.example.com',
      event: 'KL_OSINT_A_Domain',
      KLZone: 'Red',
    },
  ]);
  expect(context(evil)).toEqual([
    ['id', '7'],
    ['KLZone', 'Red'],
  ]);
  expect(desk.waiting).toBe(0);
  expect(counted(detections)).toEqual({ queued: 1, enriched: 1 });
  expect(counted(followUps)).toEqual({ sent: 1 });
  expect(counted(requests)).toEqual({ report: 1 });
});

test('that the portal has no data is an answer too', async () => {
  const { through, context, followUps: sent, counted } = rig();
  await through(evil, noData);
  expect(contextOf(sent[0])).toMatchObject({ KLResult: 'no data', event: 'KL_OSINT_A_Domain' });
  expect(context(evil)).toContainEqual(['KLResult', 'no data']);
  expect(counted(detections)).toEqual({ queued: 1, no_data: 1 });
});

test('a report without the wanted fields says so; the zone is in the message all the same', async () => {
  const rules = [{ minConfidence: 1, fields: ['KLCategories'], followUp: true }];
  const { through, context, followUps: sent } = rig({ rules, withMessageId: true });
  await through(evil, report({ Zone: 'Grey', DomainGeneralInfo: {} }));
  expect(contextOf(sent[0])).toEqual({
    name: 'KL_EVALUATION_Lookup',
    matchedIndicator: 'evil.example.com',
    event: 'KL_OSINT_A_Domain',
    detectionMsgId: detectionOf(evil).id,
    KLZone: 'Grey',
    KLResult: 'no fields',
  });
  expect(context(evil)).toContainEqual(['KLResult', 'no fields']);
});

test('equal objects are one lookup and one message; different ones are not', async () => {
  const { desk, portal, work, counted, followUps: sent } = rig();
  for (const text of [evil, evil, 'domain:other.example.com', evil]) {
    desk.enrich(detectionOf(text));
  }
  await work();
  // Joined also while it is out.
  desk.enrich(detectionOf(evil));
  await work();
  expect(portal.asked).toHaveLength(2);
  for (const asked of portal.asked) await asked.answer(red);
  expect(sent).toHaveLength(2);
  expect(counted(detections)).toEqual({ queued: 2, joined: 3 });
});

test('an answer that is not kept is not asked for again within a minute', async () => {
  const { portal, through, counted, desk, pass, work } = rig();
  portal.keeps = false;
  await through(evil, red);
  pass(59_999);
  desk.enrich(detectionOf(evil));
  await work();
  expect(portal.asked).toHaveLength(1);
  pass(1);
  desk.enrich(detectionOf(evil));
  await work();
  expect(portal.asked).toHaveLength(2);
  expect(counted(detections)).toEqual({ queued: 2, asked_lately: 1 });
});

test('what the portal refuses is counted and let alone, and nothing pauses', async () => {
  const { through, counted, desk, log, pass } = rig();
  await through(evil, failed('bad-request'));
  pass(3_599_999);
  desk.enrich(detectionOf(evil));
  expect(desk.pause).toBeUndefined();
  expect(log).toEqual([]);
  expect(counted(detections)).toEqual({ queued: 1, asked_lately: 1 });
  expect(counted(followUps)).toEqual({ failed: 1 });
});

test('no message follows where none is asked for', async () => {
  const rules = [{ minConfidence: 1, fields: ['KLZone'], followUp: false }];
  const { through, followUps: sent, context } = rig({ rules });
  await through(evil, red);
  expect(sent).toEqual([]);
  expect(context(evil)).toContainEqual(['KLZone', 'Red']);
});

test('a thousand objects wait, no more', async () => {
  const { desk, portal, work, counted, followUps: sent } = rig({ maxConcurrent: 3 });
  for (let number = 0; number < 1003; number += 1) {
    desk.enrich(detectionOf(`domain:n${number}.example.com`));
  }
  expect(desk.waiting).toBe(1000);
  expect(counted(detections)).toEqual({ queued: 1000, queue_full: 3 });
  await work();
  expect(portal.asked).toHaveLength(3);
  await portal.asked[0]?.answer(red);
  await work();
  expect(portal.asked).toHaveLength(4);
  await desk.close();
  expect(portal.isClosed).toBe(true);
  expect(desk.waiting).toBeLessThanOrEqual(3);
  await work();
  expect(sent).toHaveLength(1);
  expect(counted(followUps)).toEqual({ sent: 1, stopped: 999 });
  desk.enrich(detectionOf('domain:late.example.com'));
  expect(counted(detections)).toMatchObject({ stopped: 1 });
});

test('an answer that comes after the stop is followed by nothing', async () => {
  const { desk, portal, work, counted, followUps: sent } = rig();
  portal.lookup = () => Promise.resolve(red);
  desk.enrich(detectionOf(evil));
  const working = work();
  await desk.close();
  await working;
  expect(sent).toEqual([]);
  expect(counted(followUps)).toEqual({ stopped: 1 });
});

describe('what may not leave the house is never asked', () => {
  test.each([
    'ip:10.1.2.3',
    'ip:192.168.7.7',
    'ip:fd00::1',
    'domain:db.corp',
    'domain:1.0.0.10.in-addr.arpa',
    'url:http://10.1.2.3/evil.exe',
    'url:http://intranet/evil.exe',
    'url:https://wiki.internal/x',
    'url:https://shop.ours.example/x',
    'ip:8.8.4.4',
  ])('%s', async (text) => {
    const neverAsk = ['ours.example', '8.8.4.0/24'];
    const { desk, portal, work, counted } = rig({ neverAsk });
    const detection = detectionOf(text);
    expect(desk.enrich(detection)).toBe(detection);
    await work();
    expect(portal.asked).toEqual([]);
    expect(counted(detections)).toEqual({ not_asked: 1 });
  });
});

test('a fault of ours costs no detection', () => {
  const { desk, portal, log, counted } = rig();
  portal.known = () => {
    throw new Error('broken');
  };
  const detection = detectionOf(evil);
  expect(desk.enrich(detection)).toBe(detection);
  expect(log).toEqual([expect.stringContaining('error lookup.fault')]);
  expect(counted(detections)).toEqual({ failed: 1 });
});

test('a message that cannot be sent, and a portal that rejects, end nothing', async () => {
  const { desk, portal, work, log } = rig({ maxConcurrent: 1 });
  portal.lookup = () => Promise.reject(new Error('never'));
  desk.enrich(detectionOf(evil));
  await work();
  expect(log).toEqual([expect.stringContaining('never')]);
  expect(desk.waiting).toBe(0);
});

test('a field there is not is told with its place', () => {
  const rules = [{ minConfidence: 1, fields: ['KLZone', 'KLzone'], followUp: false }];
  expect(() => rig({ rules })).toThrow(
    expect.objectContaining({
      code: 'TF_CONFIG',
      where: 'lookup.enrich[0].fields[1]',
      hint: 'write KLZone: letter case counts',
    }),
  );
});
