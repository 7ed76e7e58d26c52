import { describe, expect, test } from '@jest/globals';

import { openTip } from '../../../forwarder/lookup/client/opentip.js';
import { tip } from '../../../forwarder/lookup/client/tip.js';
import { object } from './support.js';

const asked = (question: ReturnType<typeof tip.question>): string =>
  question.ok ? question.value : question.problem.failure;

describe('what the portal is asked', () => {
  test('all, or sections with the licence, each once', () => {
    expect(asked(tip.question(object('ip', '192.0.2.1'), 'all'))).toBe('/ip/192.0.2.1');
    expect(asked(tip.question(object('ip', '192.0.2.1'), ['Zone', 'IpWhoIs', 'Zone']))).toBe(
      '/ip/192.0.2.1?sections=Zone,IpWhoIs,LicenseInfo',
    );
    expect(asked(tip.question(object('ip', '192.0.2.1'), ['LicenseInfo', 'Zone']))).toBe(
      '/ip/192.0.2.1?sections=LicenseInfo,Zone',
    );
  });

  test.each([
    [
      'http://a.example/b c?d=ü#e%2F&f=g',
      'http%3A%2F%2Fa.example%2Fb%20c%3Fd%3D%C3%BC%23e%252F%26f%3Dg',
    ],
    ['a.example/../b', 'a.example%2F..%2Fb'],
    ['a.example/\u{1F600}', 'a.example%2F%F0%9F%98%80'],
  ])('%s as one step of the path', (value, encoded) => {
    expect(asked(tip.question(object('url', value), 'all'))).toBe(`/url/${encoded}`);
    expect(asked(openTip.question(object('url', value), 'all'))).toBe(
      `/search/url?request=${encoded}`,
    );
  });

  test.each(['', '.', '..', 'a.example/\ud800'])('never %j', (value) => {
    expect(asked(tip.question(object('domain', value), 'all'))).toBe('bad-request');
  });

  test('a URL of at most 2,000 characters as they are sent', () => {
    const fits = `a.example%${'b'.repeat(2000 - 'a.example%25'.length)}`;
    expect(asked(tip.question(object('url', fits), 'all'))).toContain('/url/a.example%25b');
    expect(asked(tip.question(object('url', `${fits}b`), 'all'))).toBe('too-long');
    expect(asked(tip.question(object('url', `a.example/${'ü'.repeat(400)}`), 'all'))).toBe(
      'too-long',
    );
  });

  test('IPv6 of the portal, not of OpenTIP', () => {
    expect(asked(tip.question(object('ip', '2001:db8::1'), 'all'))).toBe('/ip/2001%3Adb8%3A%3A1');
    expect(asked(openTip.question(object('ip', '2001:db8::1'), 'all'))).toBe('bad-request');
  });

  test.each([
    ['http://a.example', 'domain?request=a.example'],
    ['https://a.example:8443/', 'domain?request=a.example'],
    ['a.example', 'domain?request=a.example'],
    ['http://a.example/#part', 'domain?request=a.example'],
    ['http://user:word@a.example', 'domain?request=a.example'],
    ['http://192.0.2.1/', 'ip?request=192.0.2.1'],
    ['http://a.example?b=c', 'url?request=http%3A%2F%2Fa.example%2F%3Fb%3Dc'],
    ['a.example/b', 'url?request=a.example%2Fb'],
    ['http://a.example//', 'url?request=http%3A%2F%2Fa.example%2F%2F'],
  ])('OpenTIP for %s: %s', (value, expected) => {
    expect(asked(openTip.question(object('url', value), 'all'))).toBe(`/search/${expected}`);
  });

  test('OpenTIP for an IPv6 host alone: nothing', () => {
    expect(asked(openTip.question(object('url', 'http://[2001:db8::1]/'), 'all'))).toBe(
      'bad-request',
    );
  });
});

describe('what a report tells of the quota', () => {
  const quota = (info: unknown) => tip.quotaOf({ Zone: 'Grey', LicenseInfo: info });

  test('used, and of how many', () => {
    expect(quota({ DayRequests: 42, DayQuota: 1000 })).toEqual({ used: 42, perDay: 1000 });
    expect(quota({ DayRequests: 42, DayQuota: null })).toEqual({ used: 42, perDay: undefined });
  });

  test.each([undefined, null, 'x', {}, { DayRequests: '42' }, { DayRequests: -1 }])(
    'nothing: %j',
    (info) => {
      expect(quota(info)).toBeUndefined();
    },
  );
});
