import { describe, expect, test } from '@jest/globals';

import { lookupKindOf, objectOf, planFor } from '../../forwarder/lookup/may-look-up.js';
import type { EnrichRule } from '../../forwarder/lookup/may-look-up.js';
import { mayLeave } from '../../forwarder/normalise/may-leave.js';
import { observable } from '../matching/feeds.js';

const rule = (given: Partial<EnrichRule>): EnrichRule => ({
  ...{ minConfidence: 1, fields: ['KLZone'], followUp: false },
  ...given,
});
const feed = (name: string, confidence = 50) => ({ name, confidence });

describe('which entry fits', () => {
  test.each([
    [undefined, 'Anything', true],
    [['OSINT_*'], 'OSINT_urls', true],
    [['OSINT_*'], 'osint_URLS', true],
    [['OSINT_*'], 'My_OSINT_urls', false],
    [['*OSINT*'], 'My_OSINT_urls', true],
    [['a', 'b'], 'b', true],
    [['a.c'], 'abc', false],
    [['a**c'], 'abbc', true],
    [['(a+)+$*'], '(a+)+$x', true],
    [[], 'a', false],
  ])('feeds %j, feed %s: %j', (feeds, name, fits) => {
    expect(planFor([rule({ feeds })], feed(name), 'ip') !== undefined).toBe(fits);
  });

  test('confidence counts from the limit on', () => {
    const rules = [rule({ minConfidence: 50 })];
    expect(planFor(rules, feed('a', 49), 'ip')).toBeUndefined();
    expect(planFor(rules, feed('a', 50), 'ip')).toBeDefined();
  });

  test('the first that fits counts; one whose fields a kind does not have does not fit it', () => {
    const rules = [
      rule({ feeds: ['x'] }),
      rule({ fields: ['$KLThreatScore', 'KLThreatScore'], followUp: true }),
      rule({}),
    ];
    expect(planFor(rules, feed('a'), 'ip')).toMatchObject({
      ...{ rule: 1, kind: 'ip', followUp: true },
      fields: ['KLThreatScore'],
    });
    expect(planFor(rules, feed('a'), 'hash')).toMatchObject({ rule: 2, fields: ['KLZone'] });
    expect(planFor(rules, feed('x'), 'hash')).toMatchObject({ rule: 0 });
  });

  test('several functions are one request', () => {
    const fields = ['KLZone', 'KLRedMd5', 'KLThreatScore'];
    const plan = planFor([rule({ fields })], feed('a'), 'ip');
    expect(plan?.functions.length).toBeGreaterThan(1);
    const sections = plan?.functions.flatMap(({ sections: each }) => (each === 'all' ? [] : each));
    expect(plan?.sections).toEqual([...new Set(sections)].sort());
  });
});

describe('what is asked', () => {
  const anywhere = mayLeave();
  test.each([
    ['ip:8.8.4.4', 'ip', '8.8.4.4'],
    ['domain:Evil.Example.com', 'domain', 'evil.example.com'],
    ['hash:FEAF2058298C1E174C2B79AFFC7CF4DF', 'hash', 'FEAF2058298C1E174C2B79AFFC7CF4DF'],
    ['url:http://user:secret@evil.example.com/a?b=c#d', 'url', 'evil.example.com/a?b=c'],
    ['url:https://evil.example.com/', 'domain', 'evil.example.com'],
    ['url:http://8.8.4.4/', 'ip', '8.8.4.4'],
    ['url:http://8.8.4.4/x', 'url', '8.8.4.4/x'],
  ])('%s → %s %s', (text, kind, value) => {
    const found = observable(text);
    expect(lookupKindOf(found)).toBe(kind);
    expect(objectOf(found, anywhere)).toMatchObject({ kind, value });
  });

  test('what is our own is not', () => {
    const ours = mayLeave(['example.com', '8.8.4.0/24']);
    for (const text of ['domain:a.example.com', 'url:http://example.com/x', 'ip:8.8.4.4']) {
      expect(objectOf(observable(text), ours)).toBeUndefined();
    }
    expect(objectOf(observable('ip:8.8.8.8'), ours)).toBeDefined();
  });
});
