import { describe, expect, test } from '@jest/globals';

import { findProblems } from '../../../forwarder/service/health/status-problems.js';
import { statusPage } from '../../support/status-page.js';

type Changes = Parameters<typeof statusPage>[0];

const codes = (changes: Changes): readonly string[] =>
  findProblems(statusPage(changes)).map(({ code }) => code);

const [collector] = statusPage().delivery.collectors;
const [feed] = statusPage().index?.feeds ?? [];
const spool = statusPage().delivery.spool;
const pause = {
  reason: 'unauthorised',
  what: 'https://tip.kaspersky.com: 401',
  toDo: 'correct the password',
  since: '2026-11-21T11:00:00.000Z',
  until: '2026-11-21T12:15:00.000Z',
};
const lastError = { message: 'ECONNREFUSED', at: '2026-11-21T11:59:00.000Z' };

describe('problems', () => {
  test('there is none when all is well', () => {
    expect(codes({})).toEqual([]);
  });

  test.each([
    ['service.not_ready', { notReady: ['feeds are loading'], index: null }],
    [
      'collector.unreachable',
      {
        delivery: {
          collectors: [{ ...collector!, isConnected: false, failedAttempts: 2, lastError }],
        },
      },
    ],
    ['delivery.dropped', { delivery: { dropped: { queue_full: 3 }, droppedLastQuarterHour: 3 } }],
    ['spool.unhealthy', { delivery: { spool: { ...spool!, isHealthy: false } } }],
    ['spool.nearly_full', { delivery: { spool: { ...spool!, bytes: spool!.maxBytes * 0.81 } } }],
    ['spool.full', { delivery: { spool: { ...spool!, isFull: true } } }],
    ['queue.nearly_full', { delivery: { spool: null, waitingBytes: 60_000_000 } }],
    ['loop.detected', { loopDetectedAt: '2026-11-21T11:45:01.000Z' }],
    ['intake.rejected', { intake: { rejectedLastQuarterHour: 1 } }],
    ['intake.refused', { intake: { connectionsRefusedLastQuarterHour: 1 } }],
    ['intake.fault', { intake: { faultsLastQuarterHour: 1 } }],
    ['feed.failed', { index: { feeds: [{ ...feed!, state: 'kept', failure: 'line 3' }] } }],
    ['feed.outdated', { index: { feeds: [{ ...feed!, isOutdated: true }] } }],
    ['index.damaged', { index: { damagesLastQuarterHour: 1 } }],
    ['index.unfilterable_masks', { index: { unfilterableMasks: 1 } }],
    ['lookup.paused', { lookup: { pause } }],
    ['disk.nearly_full', { disks: [{ folder: 'spool', freeBytes: 1, isLow: true }] }],
    ['config.outdated', { service: { isConfigurationOutdated: true } }],
  ] satisfies readonly [string, Changes][])('%s, with what to do', (code, changes) => {
    const problems = findProblems(statusPage(changes));
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]?.what).not.toBe('');
    expect(problems[0]?.toDo).not.toBe('');
  });

  test('what is over, or no fault, is none', () => {
    expect(codes({ loopDetectedAt: '2026-11-21T11:44:59.000Z' })).toEqual([]);
    // Lost long ago; a collector that stands by, or one that came back.
    expect(codes({ delivery: { dropped: { queue_full: 3 } } })).toEqual([]);
    expect(codes({ delivery: { collectors: [{ ...collector!, isConnected: false }] } })).toEqual(
      [],
    );
    expect(codes({ delivery: { collectors: [{ ...collector!, lastError }] } })).toEqual([]);
    expect(codes({ delivery: { spool: { ...spool!, bytes: spool!.maxBytes * 0.79 } } })).toEqual(
      [],
    );
    expect(codes({ intake: { rejected: { line_too_long: 3 } } })).toEqual([]);
    // Where there is a spool, a full memory is no danger.
    expect(codes({ delivery: { waitingBytes: 67_108_864 } })).toEqual([]);
  });

  test('the worst comes first', () => {
    expect(
      codes({
        notReady: ['stopping'],
        service: { isConfigurationOutdated: true },
        intake: { rejectedLastQuarterHour: 1 },
        delivery: { droppedLastQuarterHour: 1 },
      }),
    ).toEqual(['service.not_ready', 'delivery.dropped', 'intake.rejected', 'config.outdated']);
  });
});
