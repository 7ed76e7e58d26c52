import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { Alarms } from '../../../forwarder/service/operation/alarms.js';

type Reported = readonly [event: string, context: Readonly<Record<string, string>>];

function rig() {
  const reported: Reported[] = [];
  const alarms = new Alarms((event, context = []) => {
    reported.push([event, Object.fromEntries(context)]);
  });
  return { alarms, reported };
}

describe('alarms', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('the first is reported at once, the others once a minute with their sum', () => {
    const { alarms, reported } = rig();
    for (let count = 0; count < 1000; count += 1) alarms.onShed();
    expect(reported).toEqual([
      ['KL_ALERT_EventsShed', { stage: 'intake', reason: 'memory', events: '1' }],
    ]);
    jest.advanceTimersByTime(60_000);
    expect(reported).toHaveLength(2);
    expect(reported[1]?.[1]).toMatchObject({ events: '999' });
    // A minute in which nothing was dropped says nothing, and the next drop is news again.
    jest.advanceTimersByTime(120_000);
    expect(reported).toHaveLength(2);
    alarms.onShed();
    expect(reported).toHaveLength(3);
  });

  test('an hour of drops is at most 61 status events, and the sum is whole', () => {
    const { alarms, reported } = rig();
    for (let second = 0; second < 3600; second += 1) {
      alarms.onDelivery({ kind: 'shed', reason: 'queue_full', messages: 10 });
      jest.advanceTimersByTime(1000);
    }
    alarms.close();
    expect(reported.length).toBeLessThanOrEqual(61);
    const sum = reported.reduce((total, [, context]) => total + Number(context['messages']), 0);
    expect(sum).toBe(36_000);
  });

  test('kinds and reasons are told apart', () => {
    const { alarms, reported } = rig();
    alarms.onShed();
    alarms.onDelivery({ kind: 'shed', reason: 'queue_full', messages: 3 });
    alarms.onDelivery({ kind: 'shed', reason: 'too_long', messages: 4 });
    alarms.onDelivery({ kind: 'spool_full', messages: 5 });
    alarms.onDelivery({ kind: 'spool_unhealthy', error: new Error('ENOSPC') });
    alarms.onDelivery({ kind: 'spool_healthy' });
    expect(reported).toEqual([
      ['KL_ALERT_EventsShed', { stage: 'intake', reason: 'memory', events: '1' }],
      ['KL_ALERT_EventsShed', { stage: 'delivery', reason: 'queue_full', messages: '3' }],
      ['KL_ALERT_EventsShed', { stage: 'delivery', reason: 'too_long', messages: '4' }],
      ['KL_ALERT_SpoolFull', { reason: 'full', messages: '5' }],
      ['KL_ALERT_SpoolFull', { reason: 'unwritable', error: 'ENOSPC' }],
    ]);
    alarms.close();
    expect(reported).toHaveLength(5);
  });
});
