import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { Alarms } from '../../forwarder/delivery/alarms.js';
import type { DeliveryAlarm } from '../../forwarder/delivery/alarms.js';

const minute = 60_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function alarmsOf(): { readonly alarms: Alarms; readonly told: DeliveryAlarm[] } {
  const told: DeliveryAlarm[] = [];
  const alarms = new Alarms({ everyMs: minute, onAlarm: (alarm) => told.push(alarm) });
  return { alarms, told };
}

describe('Alarms', () => {
  test('the first of a kind at once, then sums, once a minute, until nothing comes any more', () => {
    const { alarms, told } = alarmsOf();
    alarms.dropped('queue_full', 2);
    alarms.dropped('queue_full', 3);
    expect(told).toEqual([]);
    jest.advanceTimersByTime(0);
    expect(told.splice(0)).toEqual([{ kind: 'shed', reason: 'queue_full', messages: 5 }]);
    alarms.dropped('queue_full', 7);
    alarms.dropped('queue_full', 1);
    jest.advanceTimersByTime(minute - 1);
    expect(told).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(told.splice(0)).toEqual([{ kind: 'shed', reason: 'queue_full', messages: 8 }]);
    jest.advanceTimersByTime(10 * minute);
    expect(told).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
    alarms.dropped('queue_full', 1);
    jest.advanceTimersByTime(0);
    expect(told).toHaveLength(1);
  });

  test('one kind does not hold back another', () => {
    const { alarms, told } = alarmsOf();
    alarms.dropped('queue_full', 1);
    alarms.dropped('spool_full', 2);
    alarms.dropped('spool_damaged', 3);
    alarms.dropped('shutdown', 4);
    jest.advanceTimersByTime(0);
    expect(told).toEqual([
      { kind: 'shed', reason: 'queue_full', messages: 1 },
      { kind: 'spool_full', messages: 2 },
      { kind: 'shed', reason: 'spool_damaged', messages: 3 },
    ]);
  });

  test('of a spool that comes and goes the last state is told', () => {
    const { alarms, told } = alarmsOf();
    const error = new Error('no space');
    alarms.spoolHealth(false, error);
    jest.advanceTimersByTime(0);
    for (let times = 0; times < 5; times++) {
      alarms.spoolHealth(true, undefined);
      alarms.spoolHealth(false, error);
    }
    alarms.spoolHealth(true, undefined);
    jest.advanceTimersByTime(minute);
    expect(told).toEqual([{ kind: 'spool_unhealthy', error }, { kind: 'spool_healthy' }]);
  });

  test('after close() nothing is told', () => {
    const { alarms, told } = alarmsOf();
    alarms.dropped('queue_full', 1);
    alarms.close();
    jest.advanceTimersByTime(minute);
    expect(told).toEqual([]);
  });
});
