import { describe, expect, test } from '@jest/globals';

import { notReadyReasons } from '../../../forwarder/service/health/health-readiness.js';
import type { ReadinessFacts } from '../../../forwarder/service/health/health-readiness.js';

const spool = { bytes: 10, maxBytes: 100, segments: 1, isHealthy: true, isFull: false };
const ready: ReadinessFacts = {
  isIndexLoaded: true,
  listeners: [{ name: 'jsa', isUp: true }],
  delivery: { isConnected: true, spool: null },
  isStopping: false,
};

describe('readiness', () => {
  test.each([
    ['all is there', {}, []],
    ['no listener is configured', { listeners: [] }, []],
    ['feeds are loading', { isIndexLoaded: false }, ['feeds are loading']],
    [
      'a listener is missing',
      { listeners: [{ name: 'jsa', isUp: false }] },
      ['the listener jsa is not up'],
    ],
    ['it stops', { isStopping: true }, ['stopping']],
    [
      'collectors are away and nothing keeps the messages',
      { delivery: { isConnected: false, spool: null } },
      ['no collector can be reached, and there is no spool'],
    ],
    [
      'collectors are away and the spool keeps the messages',
      { delivery: { isConnected: false, spool } },
      [],
    ],
    [
      'collectors are away and the spool is full',
      { delivery: { isConnected: false, spool: { ...spool, isFull: true } } },
      ['no collector can be reached, and the spool is full'],
    ],
    [
      'collectors are away and the spool cannot be written',
      { delivery: { isConnected: false, spool: { ...spool, isHealthy: false } } },
      ['no collector can be reached, and the spool cannot be written'],
    ],
    [
      'the spool is full and a collector empties it',
      { delivery: { isConnected: true, spool: { ...spool, isFull: true } } },
      [],
    ],
    [
      'much is missing at once',
      { isIndexLoaded: false, isStopping: true, listeners: [{ name: 'jsa', isUp: false }] },
      ['stopping', 'feeds are loading', 'the listener jsa is not up'],
    ],
  ] satisfies readonly [string, Partial<ReadinessFacts>, readonly string[]][])(
    '%s',
    (_name, changes, reasons) => {
      expect(notReadyReasons({ ...ready, ...changes })).toEqual(reasons);
    },
  );
});
