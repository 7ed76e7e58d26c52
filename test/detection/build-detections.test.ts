import { describe, expect, test } from '@jest/globals';

import type { Indicator, Match, Observable } from '../../forwarder/core/index.js';
import { buildDetections } from '../../forwarder/detection/index.js';
import { feedNamed, sampleUrl } from '../rendering/support.js';

const event = { number: 42, digest: 'digest' };
const nowMs = 1752142214000;

function matchOf(observable: Observable, indicator: Indicator, feed = 'APT_Data_Feed'): Match {
  return { observable, indicator, feed: feedNamed(feed), context: [['id', '1']] };
}

function ip(text: string, rule = 'RE_IP'): Observable {
  return { kind: 'ip', rule, text, value: text };
}

function build(matches: readonly Match[], values: Readonly<Record<string, string>> = {}) {
  const extraction = { source: 'default', values: new Map(Object.entries(values)) };
  return buildDetections(matches, extraction, event, nowMs);
}

describe('buildDetections', () => {
  test('no match gives no detection', () => {
    expect(build([])).toEqual([]);
  });

  test('numbers the detections of an event, with its number, time and source', () => {
    const match = matchOf(sampleUrl, { kind: 'url', value: 'fakess123.nu' });
    const detections = build([match, match]);
    expect(detections.map(({ ordinal }) => ordinal)).toEqual([1, 2]);
    expect(detections[0]).toMatchObject({
      eventNumber: 42,
      detectedAtMs: nowMs,
      source: 'default',
      match: { observable: sampleUrl, context: [['id', '1']] },
    });
  });

  test.each([
    ['url', 'KL_APT_URL'],
    ['domain', 'KL_APT_URL'],
    ['ip', 'KL_APT_IP'],
    ['cidr', 'KL_APT_IP'],
    ['md5', 'KL_APT_Hash_MD5'],
    ['sha1', 'KL_APT_Hash_SHA1'],
    ['sha256', 'KL_APT_Hash_SHA256'],
  ] as const)('an indicator of kind %s gives %s', (kind, category) => {
    expect(build([matchOf(ip('192.0.2.1'), { kind, value: '' })])[0]?.category).toBe(category);
  });

  test('a network has the category of an address, even where the feed names another', () => {
    const feed = feedNamed('Partner');
    const categories = { ...feed.categories, cidr: 'KL_Other', ip: 'KL_Mine' };
    const match: Match = {
      ...matchOf(ip('192.0.2.1'), { kind: 'cidr', value: '192.0.2.0/24' }),
      feed: { ...feed, categories },
    };
    expect(build([match])[0]?.category).toBe('KL_Mine');
  });

  test('each detection carries the value that caused it; other rules keep theirs', () => {
    const detections = build(
      [
        matchOf(ip('192.0.2.1'), { kind: 'ip', value: '192.0.2.1' }),
        matchOf(ip('192.0.2.3'), { kind: 'ip', value: '192.0.2.3' }),
      ],
      { RE_IP: '192.0.2.1', RE_USERNAME: 'me' },
    );
    expect(detections.map(({ values }) => Object.fromEntries(values))).toEqual([
      { RE_IP: '192.0.2.1', RE_USERNAME: 'me' },
      { RE_IP: '192.0.2.3', RE_USERNAME: 'me' },
    ]);
  });

  test('the values of the event itself are not changed', () => {
    const values = new Map([['RE_IP', '192.0.2.1']]);
    const match = matchOf(ip('192.0.2.3'), { kind: 'ip', value: '192.0.2.3' });
    buildDetections([match], { values, source: 's' }, event, nowMs);
    expect([...values]).toEqual([['RE_IP', '192.0.2.1']]);
  });

  const urlWithAddress: Observable = {
    kind: 'url',
    rule: 'RE_URL',
    text: 'http://[2001:DB8::1]/x',
    value: '2001:db8::1/x',
    host: '2001:db8::1',
    hostText: '2001:DB8::1',
  };

  test.each([
    ['ip', { kind: 'ip', value: '2001:db8::1' }, 'ip', 'RE_IP'],
    ['cidr', { kind: 'cidr', value: '2001:db8::/32' }, 'ip', 'RE_IP'],
    ['domain', { kind: 'domain', value: 'x' }, 'domain', 'RE_DOMAIN'],
  ] as const)(
    "a URL whose host a record of kind %s covers is reported by its host's text",
    (_name, indicator, kind, rule) => {
      const [detection] = build([matchOf(urlWithAddress, indicator)], {
        RE_URL: 'http://other/',
        RE_IP: '192.0.2.1',
      });
      expect(detection?.match.observable).toEqual({
        kind,
        rule: 'RE_URL',
        text: '2001:DB8::1',
        value: '2001:db8::1',
      });
      expect(detection?.values.get('RE_URL')).toBe('http://[2001:DB8::1]/x');
      expect(detection?.values.get(rule)).toBe('2001:DB8::1');
    },
  );
});
