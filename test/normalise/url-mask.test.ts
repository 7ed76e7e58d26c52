import { describe, expect, test } from '@jest/globals';

import { normaliseUrl, normaliseUrlMask } from '../../forwarder/normalise/index.js';

const mask = (text: string): string | undefined => normaliseUrlMask(text)?.value;

describe('masks keep their shape', () => {
  test.each([
    ['host', 'domain.com'],
    ['site', 'domain.com/*'],
    ['domain', '*.subdomain.domain.com'],
    ['domain with path', '*.domain.com/*'],
    ['folder', 'subdomain.domain.com/folder/*'],
    ['folder of an address', '172.12.168.2/folder/*'],
    ['folder of an IPv6 address', '[2001:db8::1]/folder/*'],
    ['script', 'domain.com/folder/load.php?*'],
    ['script with another ending', 'domain.com/load.jpg?*'],
    ['script of an address', '172.12.168.2/load.php?*'],
    ['script that is a folder', 'domain.com/.sys/?*'],
    ['wildcard in the query', 'domain.com/a.php?id=*&x=1'],
    ['wildcard in the path', 'domain.com/*/gate.php'],
    ['wildcard host', '*/gate.php'],
    ['wildcard in a label', 'login-*.domain.com/a'],
    ['wildcard in an address', '10.0.*'],
    ['words', '*login*'],
    ['everything', '*'],
    ['www before a wildcard', 'www.*.com'],
    ['address-like', '*.3.4.5'],
    ['exact', 'domain.com/a.php?x=1'],
  ])('%s: %s', (_kind, text) => {
    expect(mask(text)).toBe(text);
  });
});

describe('masks are normalised like URLs', () => {
  test.each([
    ['scheme', 'http://domain.com/folder/*', 'domain.com/folder/*'],
    ['any scheme', '*://domain.com/*', 'domain.com/*'],
    ['part of a scheme', 'http*://domain.com/*', 'domain.com/*'],
    ['port', 'domain.com:8080/*', 'domain.com/*'],
    ['any port', 'domain.com:*/a/*', 'domain.com/a/*'],
    ['user', 'u:p@domain.com/*', 'domain.com/*'],
    ['www.', 'www.domain.com/*', 'domain.com/*'],
    ['letter case', '*.Domain.COM/Folder/*', '*.domain.com/folder/*'],
    ['Punycode', '*.тест.рф/*', '*.xn--e1aybc.xn--p1ai/*'],
    ['slashes', 'domain.com//a///*', 'domain.com/a/*'],
    ['dots', 'domain.com/b/../a/*', 'domain.com/a/*'],
    ['escapes', 'domain.com/a%20b/*', 'domain.com/a b/*'],
    ['escapes in a query', 'domain.com/a?b=%41*', 'domain.com/a?b=a*'],
    ['last dot of the host', 'domain.com./*', 'domain.com/*'],
    ['IPv4', '0112.0175.0117.0150/*', '74.125.79.104/*'],
    ['IPv6', '2001:DB8:0::1/*', '[2001:db8::1]/*'],
    ['sigma before a wildcard', 'domain.com/ΑΣ*', 'domain.com/ασ*'],
  ])('%s: %s', (_rule, text, expected) => {
    expect(mask(text)).toBe(expected);
  });

  test('an escaped * does not become a wildcard', () => {
    expect(mask('domain.com/%2a')).toBe('domain.com/%2a');
    expect(mask('domain.com/a%2Ab%20c*')).toBe('domain.com/a%2ab c*');
    expect(mask('domain.com/a?%2A')).toBe('domain.com/a?%2a');
    expect(normaliseUrl('domain.com/a%2Ab')?.value).toBe('domain.com/a*b');
  });

  test('a path of only * is dropped from a URL, not from a mask', () => {
    expect(mask('domain.com/*')).toBe('domain.com/*');
    expect(normaliseUrl('domain.com/*')?.value).toBe('domain.com');
    expect(mask('domain.com/*?x')).toBe('domain.com/*?x');
  });

  test.each([
    ['an escaped * in the host', '%2a.com'],
    ['an escaped * in a label', 'a%2Ab.com/x'],
    ['* beside letters beyond ASCII', 'тест*.рф'],
    ['* before letters beyond ASCII', '*тест.рф/a'],
    ['no host', 'http:///'],
    ['a control character', 'domain.com/a\n*'],
    ['a port that is no number', 'domain.com:8*/'],
    ['* in an IPv6 address', '[2001:db8::*]/a'],
  ])('refused: %s', (_what, text) => {
    expect(normaliseUrlMask(text)).toBeUndefined();
  });
});
