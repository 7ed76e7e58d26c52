import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
  hostWithoutWww,
  isHostname,
  normaliseHost,
  parseIp,
} from '../../forwarder/normalise/index.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const label63 = 'a'.repeat(63);
const name253 = `${label63}.${label63}.${label63}.${'a'.repeat(61)}`;

describe('normaliseHost', () => {
  test.each([
    ['lower case', 'Example.COM', 'example.com'],
    ['last dot', 'example.com.', 'example.com'],
    ['blanks around', ' example.com\t', 'example.com'],
    ['one label', 'localhost', 'localhost'],
    ['www. stays', 'www.example.com', 'www.example.com'],
    ['underscore and dash', '_dmarc.a-b.com', '_dmarc.a-b.com'],
    ['digits in front', '1.2.3.com', '1.2.3.com'],
    ['last label with a letter', '1.2.3.4a', '1.2.3.4a'],
    ['Punycode', 'тест.рф', 'xn--e1aybc.xn--p1ai'],
    ['Punycode in capitals', 'XN--E1AYBC.XN--P1AI', 'xn--e1aybc.xn--p1ai'],
    ['capitals beyond ASCII', 'ТЕСТ.РФ', 'xn--e1aybc.xn--p1ai'],
    ['umlaut', 'Bücher.example', 'xn--bcher-kva.example'],
    ['other dots', 'example。com', 'example.com'],
    ['another last dot', 'example.com。', 'example.com'],
    ['full-width letters', 'ｅｘａｍｐｌｅ.com', 'example.com'],
    ['soft hyphen', 'exam\u00adple.com', 'example.com'],
    ['longest label', `${label63}.com`, `${label63}.com`],
    ['longest name', name253, name253],
  ])('%s: %s', (_rule, text, expected) => {
    expect(normaliseHost(text)).toBe(expected);
  });

  test.each([
    ['nothing', ''],
    ['a dot', '.'],
    ['two dots within', 'a..b'],
    ['two dots at the end', 'a.com..'],
    ['a dot in front', '.a.com'],
    ['an IPv4 address', '192.0.2.1'],
    ['a number', '171978763'],
    ['full-width number', '１２'],
    ['last label of digits', 'a.b.1'],
    ['an IPv6 address', '2001:db8::1'],
    ['a port', 'a.com:80'],
    ['a path', 'a.com/b'],
    ['a user', 'u@a.com'],
    ['a wildcard', '*.a.com'],
    ['a blank within', 'a b.com'],
    ['a line end within', 'a\nb.com'],
    ['an escape', 'a%41.com'],
    ['other punctuation', 'a!.com'],
    ['a letter that stands for a slash', 'a\u2100b.com'],
    ['a label too long', `${label63}a.com`],
    ['a last label too long', `com.${label63}a`],
    ['a name too long', `${name253}a`],
  ])('no host name: %s', (_what, text) => {
    expect(normaliseHost(text)).toBeUndefined();
  });

  test('any text: nothing, or a host name that is its own normal form and no address', () => {
    const piece = fc.constantFrom(
      'a',
      'Z',
      '.',
      '-',
      '_',
      '1',
      'ä',
      'Ⅷ',
      '。',
      'xn--',
      '\u200d',
      ' ',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (any) => {
        const host = normaliseHost(any);
        if (host === undefined) return;
        expect(host).toMatch(/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/);
        expect(isHostname(host)).toBe(true);
        expect(normaliseHost(host)).toBe(host);
        expect(parseIp(host)).toBeUndefined();
      }),
      { numRuns: fuzzRuns(2000) },
    );
  });
});

describe('hostWithoutWww', () => {
  test.each([
    ['www.example.com', 'example.com'],
    ['www.www.example.com', 'www.example.com'],
    ['www.com', 'www.com'],
    ['www', 'www'],
    ['wwww.example.com', 'wwww.example.com'],
    ['a.www.example.com', 'a.www.example.com'],
  ])('%s is %s', (host, expected) => {
    expect(hostWithoutWww(host)).toBe(expected);
  });
});
