import { describe, expect, test } from '@jest/globals';

import { statusText } from '../../forwarder/commands/support/status/status-text.js';
import type { Colours } from '../../forwarder/commands/support/status/colours.js';
import {
  agoText,
  countsText,
  durationText,
  numberText,
} from '../../forwarder/commands/support/status/values-text.js';
import { statusPage } from '../support/status-page.js';

const plain = (text: string): string => text;
const none: Colours = { bold: plain, red: plain, yellow: plain, green: plain };
const shown = (changes: Parameters<typeof statusPage>[0] = {}): string =>
  statusText(statusPage(changes), none);
const [collector] = statusPage().delivery.collectors;
const [feed] = statusPage().index?.feeds ?? [];

describe('the screen of status', () => {
  test('has every number with its unit, in aligned columns', () => {
    const text = shown();
    expect(text).toContain('threat-forwarder 1.2.3: ok');
    expect(text).toContain('up 2 h, profile parity');
    expect(text).toContain('jsa 0.0.0.0:9995, 3 connections');
    expect(text).toContain('5,000 events/s (1 s), 4,999.5 (1 min), 120.1 (15 min)');
    expect(text).toContain('1,234,567 events, 941.9 MiB');
    expect(text).toContain('1,234,554 clean, 12 matched');
    expect(text).toContain('abcdef0123456789, 1,000,000 indicators');
    expect(text).toContain('64.0 KiB of 1.0 GiB in 1 file');
    const lines = text.split('\n');
    const at = lines.findIndex((line) => line.startsWith('collector'));
    expect(lines[at]).toMatch(/^collector +assurance +connection +sent +resent +acknowledged +lag/);
    expect(lines[at + 1]).toMatch(
      /^tcp:\/\/192\.0\.2\.10:514 +assured +open 1 h 59 min +13 messages +1 +3\.9 KiB +96 B +3$/,
    );
    expect(lines[at]?.indexOf('assurance')).toBe(lines[at + 1]?.indexOf('assured'));
    expect(lines[at]?.indexOf('lag')).toBe(lines[at + 1]?.indexOf('96 B'));
    expect(lines.length).toBeLessThanOrEqual(40);
  });

  test('begins with what is wrong, and what to do about it', () => {
    const problems = [
      { code: 'a', what: 'first trouble', toDo: 'mend it' },
      { code: 'b', what: 'second trouble', toDo: 'leave it' },
    ];
    const lines = shown({ state: 'not ready', problems }).split('\n');
    expect(lines[0]).toContain('not ready');
    expect(lines.slice(3, 7)).toEqual([
      '! first trouble',
      '  what to do: mend it',
      '! second trouble',
      '  what to do: leave it',
    ]);
  });

  test('calls UDP what it is, and shows a collector that is away', () => {
    const lastError = { message: 'ECONNREFUSED', at: '2026-11-21T11:59:00.000Z' };
    const none = { connectedSince: null, sentBytes: null, acknowledgedBytes: null, lagBytes: null };
    const udp = {
      ...collector!,
      ...none,
      url: 'udp://192.0.2.1:514',
      assurance: 'best effort' as const,
    };
    const away = { ...collector!, isConnected: false, failedAttempts: 7, lastError };
    const standby = { ...away, failedAttempts: 0, group: 'site-b' };
    const text = shown({ delivery: { collectors: [udp, away, standby] } });
    expect(text).toMatch(/udp:\/\/192\.0\.2\.1:514 +best effort +open +13 messages +1 +- +- +-/);
    expect(text).toMatch(/tcp:\/\/192\.0\.2\.10:514 +assured +away, 7 attempts/);
    expect(text).toMatch(/tcp:\/\/192\.0\.2\.10:514 \(site-b\) +assured +not in use/);
    expect(shown({ delivery: { collectors: [] } })).toContain('messages go to standard output');
  });

  test('stays one screen with a thousand feeds, those in trouble first', () => {
    const feeds = Array.from({ length: 1000 }, (_, number) => ({ ...feed!, name: `F${number}` }));
    feeds[777] = { ...feed!, name: 'F777', state: 'kept', failure: 'broken' };
    const text = shown({ index: { feeds } });
    expect(text.split('\n').length).toBeLessThanOrEqual(50);
    expect(text).toMatch(/feed +role.*\nF777 +detect .* kept\nF0 /);
    expect(text).toContain('… and 990 more (--json shows all)');
  });

  test('says so while feeds are loading', () => {
    expect(shown({ index: null })).toContain('feeds are loading');
  });

  test('lets nothing through that a terminal would act on', () => {
    const bad = 'x\x1b[2J\r\n\u202ey';
    const text = shown({
      service: { version: bad, configuration: bad },
      problems: [{ code: 'x', what: bad, toDo: bad }],
      intake: { rejected: { [bad]: 1 }, listeners: [{ name: bad, address: bad, connections: 1 }] },
      index: { feeds: [{ ...feed!, name: bad, state: bad, role: bad }] },
      delivery: { collectors: [{ ...collector!, url: bad }], dropped: { [bad]: 1 } },
      detections: { suppressed: { [bad]: 1 } },
      disks: [{ folder: bad, freeBytes: 1, isLow: false }],
      statusEvents: [{ at: '2026-11-21T11:59:00.000Z', event: bad, context: { [bad]: bad } }],
    });
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/);
  });

  test('colours only what it is told to colour', () => {
    const mark = (name: string) => (text: string) => `<${name}>${text}</>`;
    const marks = { bold: mark('b'), red: mark('r'), yellow: mark('y'), green: mark('g') };
    expect(statusText(statusPage(), marks)).toContain('<b><g>ok</></>');
    expect(statusText(statusPage({ state: 'degraded' }), marks)).toContain('<y>degraded</>');
    expect(statusText(statusPage({ state: 'not ready' }), marks)).toContain('<r>not ready</>');
    expect(shown()).not.toContain('\x1b');
  });
});

describe('values', () => {
  test.each([
    [0, '0 s'],
    [0.9, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [61, '1 min 1 s'],
    [3600, '1 h'],
    [7384, '2 h 3 min'],
    [86_400 * 3 + 3600 * 4 + 59, '3 d 4 h'],
    [86_400 + 60, '1 d'],
    [-5, '0 s'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  test('counts are listed by their size', () => {
    expect(countsText({ a: 1, b: 1_000_000, c: 20 })).toBe('1,000,000 b, 20 c, 1 a');
    expect(countsText({})).toBe('none');
    expect(numberText(0.04)).toBe('0');
    expect(agoText(null, '2026-11-21T12:00:00.000Z')).toBe('never');
    expect(agoText('2026-11-21T11:59:30.000Z', '2026-11-21T12:00:00.000Z')).toBe('30 s ago');
  });
});
