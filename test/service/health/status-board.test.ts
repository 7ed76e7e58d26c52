import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { loadConfig } from '../../../forwarder/config/index.js';
import type { LoadedConfig } from '../../../forwarder/config/index.js';
import type { DeliveryStatus } from '../../../forwarder/delivery/index.js';
import { StatusBoard } from '../../../forwarder/service/health/status-board.js';
import type { BoardSources } from '../../../forwarder/service/health/status-board.js';
import { createMetrics } from '../../../forwarder/telemetry/index.js';
import { projectDirectory } from '../../support/service-process.js';

const lane: DeliveryStatus['collectors'][number] = {
  url: 'tcp://192.0.2.10:514',
  group: 'a',
  assurance: 'assured',
  isOpen: true,
  connectedSinceMs: 1_000,
  sentBytes: 500,
  acknowledgedBytes: 400,
  lagBytes: 100,
  unconfirmed: 5,
  failures: 0,
  lastError: undefined,
};
const sending: DeliveryStatus = {
  isConnected: true,
  collector: lane.url,
  waiting: 7,
  waitingOnDisk: 6,
  waitingBytes: 300,
  unconfirmed: 5,
  restored: 2,
  spool: { bytes: 10, segments: 1, unwrittenBytes: 0, isHealthy: true },
  collectors: [lane],
};

let loaded: LoadedConfig;
let board: StatusBoard;
let nowMs: number;
let metrics: ReturnType<typeof createMetrics>;
let delivery: DeliveryStatus;

beforeEach(async () => {
  loaded = await loadConfig({
    env: {},
    set: [`delivery.collectors=${lane.url}`],
    cwd: '/',
    packageDirectory: projectDirectory,
  });
  jest.useFakeTimers({ now: 0 });
  nowMs = 1_000_000;
  metrics = createMetrics();
  delivery = sending;
  const listener = { address: { host: '::', port: 9995 }, connectionCount: 3 };
  const sources: BoardSources = {
    version: '1.2.3',
    metrics,
    clock: () => nowMs,
    delivery: { status: () => delivery },
    loaded: () => loaded,
    index: () => undefined,
    listeners: () => [{ name: 'jsa', listener }],
    isStopping: () => false,
    lookup: () => null,
  };
  board = new StatusBoard(sources);
});
afterEach(() => {
  board.close();
  jest.useRealTimers();
});

describe('the board', () => {
  test('takes everything from where it is counted', () => {
    metrics.counter('tf_events_total', { outcome: 'clean' }).value = 3;
    metrics.counter('tf_events_total', { outcome: 'matched' });
    metrics.counter('tf_events_rejected_total', { reason: 'line_too_long' }).value = 2;
    metrics.counter('tf_delivery_sent_total', { collector: lane.url }).value = 9;
    metrics.counter('tf_delivery_sent_total', { collector: 'tcp://another:1' }).value = 100;
    metrics.counter('tf_detections_suppressed_total', { reason: 'window' }).value = 4;
    metrics.gauge('tf_disk_free_bytes', { directory: 'spool' }, () => 1000);
    metrics.gauge('tf_disk_free_bytes', { directory: 'log' }, () => NaN);
    metrics.gauge('tf_config_differs', {}, () => 1);
    expect(board.status()).toMatchObject({
      at: '1970-01-01T00:16:40.000Z',
      state: 'not ready',
      notReady: ['feeds are loading'],
      problems: [
        { code: 'service.not_ready' },
        { code: 'disk.nearly_full' },
        { code: 'config.outdated' },
      ],
      service: { version: '1.2.3', configuration: 'built-in', isConfigurationOutdated: true },
      intake: {
        listeners: [{ name: 'jsa', address: '[::]:9995', connections: 3 }],
        outcomes: { clean: 3 },
        rejected: { line_too_long: 2 },
      },
      index: null,
      detections: { suppressed: { window: 4 } },
      delivery: {
        waiting: 7,
        unconfirmed: 5,
        waitingBytes: 300,
        spool: { bytes: 10, maxBytes: 2 ** 30, segments: 1, isHealthy: true, isFull: false },
        collectors: [
          {
            url: lane.url,
            group: 'a',
            assurance: 'assured',
            connectedSince: '1970-01-01T00:00:01.000Z',
            lagBytes: 100,
            unconfirmed: 5,
            sent: 9,
          },
        ],
      },
      disks: [{ folder: 'spool', freeBytes: 1000, isLow: true }],
    });
  });

  test('keeps the last 20 status events, the newest first, without the mark of a probe', () => {
    board.note('KL_ALERT_ServiceStarted', [['probe', '00c0ffee']]);
    expect(board.status().statusEvents).toEqual([
      {
        at: '1970-01-01T00:16:40.000Z',
        event: 'KL_ALERT_ServiceStarted',
        context: { probe: '(hidden)' },
      },
    ]);
    for (let number = 1; number <= 30; number += 1) {
      nowMs += 1000;
      board.note('KL_ALERT_UpdatedFeed', [['records', String(number)]]);
    }
    const { statusEvents } = board.status();
    expect(statusEvents.map(({ context }) => context['records'])).toEqual(
      Array.from({ length: 20 }, (_, index) => String(30 - index)),
    );
    expect(board.status().loopDetectedAt).toBeNull();
  });

  test('remembers a loop longer than its event', () => {
    board.note('KL_ALERT_LoopDetected', []);
    for (let number = 0; number < 30; number += 1) board.note('KL_ALERT_UpdatedFeed', []);
    expect(board.status().loopDetectedAt).toBe('1970-01-01T00:16:40.000Z');
    const codes = (): readonly string[] => board.status().problems.map(({ code }) => code);
    expect(codes()).toContain('loop.detected');
    nowMs += 901_000;
    expect(codes()).not.toContain('loop.detected');
  });

  test('what was dropped is a problem for a quarter of an hour', () => {
    metrics.counter('tf_delivery_dropped_total', { reason: 'queue_full' }).value = 3;
    const codes = (): readonly string[] => board.status().problems.map(({ code }) => code);
    expect(codes()).not.toContain('delivery.dropped');
    jest.advanceTimersByTime(1000);
    expect(codes()).toContain('delivery.dropped');
    jest.advanceTimersByTime(899_000);
    expect(codes()).toContain('delivery.dropped');
    jest.advanceTimersByTime(2000);
    expect(codes()).not.toContain('delivery.dropped');
    expect(board.status().delivery.dropped).toEqual({ queue_full: 3 });
  });

  test('is ready by its delivery: connected, or with room in the spool', () => {
    const reasons = (): readonly string[] =>
      board.readiness().reasons.filter((reason) => reason.includes('collector'));
    expect(reasons()).toEqual([]);
    delivery = { ...sending, isConnected: false };
    expect(reasons()).toEqual([]);
    delivery = { ...sending, isConnected: false, spool: undefined };
    expect(reasons()).toHaveLength(1);
  });
});
