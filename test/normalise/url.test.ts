import { describe, expect, test } from '@jest/globals';

import { normaliseUrl } from '../../forwarder/normalise/index.js';

const value = (text: string): string | undefined => normaliseUrl(text)?.value;

/** Rule, text, normal form. */
type Row = readonly [rule: string, text: string, expected: string];

describe('the rules of the help page', () => {
  test.each<Row>([
    ['dot segments', 'http://www.example.com/../a/b/../c/./d.html', 'example.com/a/c/d.html'],
    ['scheme', 'https://example.com/a', 'example.com/a'],
    ['Punycode', 'http://тест.рф', 'xn--e1aybc.xn--p1ai'],
    ['www.', 'www.example.com/a', 'example.com/a'],
    ['repeated slashes', 'example.com//dir/test.html', 'example.com/dir/test.html'],
    ['last slash', 'example.com/dir/', 'example.com/dir'],
    ['user and password', 'login:password@example.com/a', 'example.com/a'],
    ['port', 'example.com:80/index', 'example.com/index'],
    ['fragment', 'example.com/a#fragment', 'example.com/a'],
    ['last dot of the host', 'example.com./index.html', 'example.com/index.html'],
    ['lower case', 'EXAMPLE.com/Dir/Index.HTML?Q=A', 'example.com/dir/index.html?q=a'],
    ['octal address', 'http://0112.0175.0117.0150/a', '74.125.79.104/a'],
    ['percent-encoding', 'example.com/%d1%82%D0%B5?q=%41', 'example.com/те?q=a'],
    [
      'all at once',
      'https://www.example.com:443/?q=hello%20world#fragment',
      'example.com/?q=hello world',
    ],
    ['scheme and port', 'http://example.com:80', 'example.com'],
    ['address behind a user name', 'github.com@520966948', '31.13.83.36'],
  ])('%s: %s', (_rule, text, expected) => {
    expect(value(text)).toBe(expected);
  });
});

describe('scheme', () => {
  test.each<Row>([
    ['letter case', 'HTTP://example.com', 'example.com'],
    ['any scheme before //', 'foo+bar-1://example.com', 'example.com'],
    ['known scheme without //', 'http:example.com', 'example.com'],
    ['too many slashes', 'http:////example.com/a', 'example.com/a'],
    ['slashes only', '//example.com/a', 'example.com/a'],
    ['defanged scheme', 'hxxps://example.com', 'example.com'],
    ['blanks around', '  http://example.com/a \r\n', 'example.com/a'],
    ['a port is no scheme', 'localhost:8080/a', 'localhost/a'],
    ['a URL in a query is text', 'a.com/?u=http://b.com', 'a.com/?u=http:/b.com'],
    ['a URL in a path is text', 'a.com/http://b.com', 'a.com/http:/b.com'],
  ])('%s: %s', (_rule, text, expected) => {
    expect(value(text)).toBe(expected);
  });
});

describe('host', () => {
  test.each<Row>([
    ['one www. only', 'www.www.example.com', 'www.example.com'],
    ['www. before one label stays', 'www.com/a', 'www.com/a'],
    ['www2 is no www', 'www2.example.com', 'www2.example.com'],
    ['www within stays', 'a.www.example.com', 'a.www.example.com'],
    ['dots', '..a...b.com..', 'a.b.com'],
    ['one label', 'http://localhost/a', 'localhost/a'],
    ['underscore', 'my_host.example.com', 'my_host.example.com'],
    ['Punycode in capitals', 'XN--E1AYBC.xn--p1ai', 'xn--e1aybc.xn--p1ai'],
    ['full-width letters and dot', 'ｅｘａｍｐｌｅ．com。', 'example.com'],
    ['escapes', 'http://ex%61mple%2ecom/', 'example.com'],
    ['escapes beyond ASCII', 'http://%d1%82%d0%b5%d1%81%d1%82.com', 'xn--e1aybc.com'],
    ['@ in the password', 'http://u:p@ss@example.com/', 'example.com'],
    ['@ in the path', 'example.com/@user', 'example.com/@user'],
    ['\\ ends the host', 'http://evil.com\\@good.com', 'evil.com/@good.com'],
    ['? ends the host', 'http://evil.com?@good.com', 'evil.com?@good.com'],
    ['empty port', 'example.com:/a', 'example.com/a'],
  ])('%s: %s', (_rule, text, expected) => {
    expect(value(text)).toBe(expected);
  });
});

describe('addresses as host', () => {
  test.each<Row>([
    ['decimal', 'http://171978763/a', '10.64.48.11/a'],
    ['hexadecimal', 'http://0xa40300b', '10.64.48.11'],
    ['hexadecimal parts', '0xA.0x40.0X30.0xb', '10.64.48.11'],
    ['three parts', '30.31.8225/a', '30.31.32.33/a'],
    ['two parts', '30.2039841', '30.31.32.33'],
    ['full-width digits', 'http://１２７.0.0.1/', '127.0.0.1'],
    ['with user, port, dot', 'u@0112.0175.0117.0150.:80/', '74.125.79.104'],
    ['part over 255 is a name', '256.1.1.1/a', '256.1.1.1/a'],
    ['five parts are a name', '1.2.3.4.5', '1.2.3.4.5'],
    ['bad octal digit is a name', '08.1.1.1', '08.1.1.1'],
    ['letters are a name', '1.2.3.4a', '1.2.3.4a'],
    ['IPv6', 'http://[2001:0000:11AA:0000:0000:0000:1234:0000]/A', '[2001:0:11aa::1234:0]/a'],
    ['IPv6 with port', 'http://u@[2001:DB8::1]:8080/', '[2001:db8::1]'],
    ['IPv6 without brackets', '2001:db8:0::1/a', '[2001:db8::1]/a'],
    ['IPv4 in IPv6', 'http://[::ffff:192.0.2.1]/a', '192.0.2.1/a'],
  ])('%s: %s', (_rule, text, expected) => {
    expect(value(text)).toBe(expected);
  });

  test('host and hostText go with the value', () => {
    expect(normaliseUrl('http://u@WWW.Example.com.:80/A')).toEqual({
      value: 'example.com/a',
      host: 'example.com',
      hostText: 'WWW.Example.com.',
    });
    expect(normaliseUrl('http://[2001:DB8::1]:80/')).toEqual({
      value: '[2001:db8::1]',
      host: '2001:db8::1',
      hostText: '2001:DB8::1',
    });
    expect(normaliseUrl('http://0xa40300b/')).toMatchObject({
      host: '10.64.48.11',
      hostText: '0xa40300b',
    });
  });
});

describe('path', () => {
  test.each<Row>([
    ['..  over the top', 'a.com/../../b', 'a.com/b'],
    ['.. at the end', 'a.com/b/c/..', 'a.com/b'],
    ['. at the end', 'a.com/b/.', 'a.com/b'],
    ['only a dot', 'a.com/.', 'a.com'],
    ['names of dots stay', 'a.com/.../.a/b.', 'a.com/.../.a/b.'],
    ['many slashes', 'a.com///b////c//', 'a.com/b/c'],
    ['backslash', 'a.com\\b\\\\c', 'a.com/b/c'],
    ['once only', 'a.com/%2541', 'a.com/%41'],
    ['escaped percent', 'a.com/100%25', 'a.com/100%'],
    ['escaped slash', 'a.com/b%2F%2fc', 'a.com/b/c'],
    ['escaped slash at the end', 'a.com/b%2f', 'a.com/b'],
    ['escaped dots', 'a.com/b/%2e%2E/c', 'a.com/c'],
    ['dots between escaped slashes', 'a.com/b%2f..%2fc', 'a.com/c'],
    ['an escaped slash splits no segment', 'a.com/b%2fc/../d', 'a.com/d'],
    ['dots between backslashes', 'a.com/b\\..\\c', 'a.com/c'],
    ['escaped blank at the end', 'a.com/b/%20', 'a.com/b'],
    ['.. and an escaped blank at the end', 'a.com/b/c/..%20', 'a.com/b'],
    ['blanks before a query stay', 'a.com/b%20?c', 'a.com/b ?c'],
    ['plus and others stay', "a.com/c+d~!$&'();=@:,", "a.com/c+d~!$&'();=@:,"],
    ['no UTF-8', 'a.com/%ff', 'a.com/\ufffd'],
    ['controls stay escaped', 'a.com/b%0D%0Ac%00', 'a.com/b%0d%0ac%00'],
    ['bad escape: none is undone', 'a.com/%zz%20b?c%20d', 'a.com/%zz%20b?c%20d'],
    ['percent at the end', 'a.com/100%', 'a.com/100%'],
    ['path of only *', 'a.com/*', 'a.com'],
    ['* within a path stays', 'a.com/*/b*', 'a.com/*/b*'],
    ['lower case beyond ASCII', 'a.com/ÄΣ', 'a.com/äσ'],
  ])('%s: %s', (_rule, text, expected) => {
    expect(value(text)).toBe(expected);
  });
});

describe('query', () => {
  test.each<Row>([
    ['plus stays', 'a.com/b?c+d', 'a.com/b?c+d'],
    ['escaped plus', 'a.com/b?c%2bd', 'a.com/b?c+d'],
    ['NUL goes', 'a.com/b?c%00d', 'a.com/b?cd'],
    ['only NUL', 'a.com/b?%00', 'a.com/b'],
    ['other controls stay escaped', 'a.com/b?c%0A', 'a.com/b?c%0a'],
    ['once only', 'a.com/b?%2541', 'a.com/b?%41'],
    ['bad escape: none is undone', 'a.com/b%20c?d%zz%20', 'a.com/b c?d%zz%20'],
    ['bad escape: plus', 'a.com/b?c+d%', 'a.com/b?c%2bd%'],
    ['repeated slashes', 'a.com/b?c//d///e', 'a.com/b?c/d/e'],
    ['blank at the end', 'a.com/b?c%20', 'a.com/b?c'],
    ['last slash stays', 'a.com/b?c/', 'a.com/b?c/'],
    ['backslash stays', 'a.com/b?c\\d', 'a.com/b?c\\d'],
    ['dots within stay', 'a.com/b?c/../d', 'a.com/b?c/../d'],
    ['second ? stays', 'a.com/b?c?d', 'a.com/b?c?d'],
    ['@ and # ', 'a.com/b?c@d#e?f', 'a.com/b?c@d'],
  ])('%s: %s', (_rule, text, expected) => {
    expect(value(text)).toBe(expected);
  });
});

describe('joining', () => {
  test.each<Row>([
    ['bare ? after a host', 'a.com?', 'a.com?'],
    ['bare ? after a file', 'a.com/b?', 'a.com/b?'],
    ['two ?', 'a.com/b??', 'a.com/b??'],
    ['/? goes', 'a.com/?', 'a.com'],
    ['/? after a folder goes', 'a.com/b/?', 'a.com/b'],
    ['/? before a fragment goes', 'a.com/b/?#c', 'a.com/b'],
    ['/ and an escaped ? go', 'a.com/b/%3f', 'a.com/b'],
    ['/ before a query stays', 'a.com/b/?c', 'a.com/b/?c'],
    ['no / before a query', 'a.com/b?c', 'a.com/b?c'],
    ['no path', 'a.com?c', 'a.com?c'],
    ['only /', 'a.com/?c', 'a.com/?c'],
    ['. before a query', 'a.com/b/.?c', 'a.com/b/?c'],
    ['.. before a query', 'a.com/b/..?c', 'a.com/?c'],
    ['name that ends in a dot', 'a.com/b.?c', 'a.com/b./?c'],
    ['/. at the end of a query', 'a.com/b?c/.', 'a.com/b?c'],
    ['/. twice', 'a.com/b?c/./.', 'a.com/b?c'],
    ['* as path before a query', 'a.com/*?c', 'a.com?c'],
  ])('%s: %s', (_rule, text, expected) => {
    expect(value(text)).toBe(expected);
  });
});

describe('what is no URL', () => {
  test.each([
    ['nothing', ''],
    ['blanks', '  '],
    ['only a scheme', 'http://'],
    ['only a path', '/'],
    ['only a fragment', '#a.com'],
    ['only a query', '?a.com'],
    ['only dots as host', 'http://.../a'],
    ['only a port', ':80'],
    ['only a user', 'user@'],
    ['user without host', 'http://user@/a'],
    ['a port that is no number', 'a.com:x/b'],
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:text/html,x'],
    ['a line end within', 'a.com/b\nc'],
    ['a tab within', 'a.com/b\tc'],
    ['NUL', 'a.com/\u0000'],
    ['a blank in the host', 'a b.com'],
    ['an escaped blank in the host', 'a%20b.com'],
    ['an escaped slash in the host', 'a.com%2fb'],
    ['a bad escape in the host', 'a%zz.com'],
    ['no UTF-8 in the host', '%ff.com'],
    ['a letter that stands for a slash', 'a\u2100b.com'],
    ['brackets without IPv6', 'http://[a.com]/'],
    ['IPv4 in brackets', 'http://[192.0.2.1]/'],
    ['brackets not closed', 'http://[::1/'],
    ['text after the bracket', 'http://[::1]a/'],
    ['a zone', 'http://[fe80::1%25eth0]/'],
    ['too many colons', 'a:b:c'],
    ['a wrong IPv6 address', 'http://[1:2:3]/'],
  ])('%s', (_what, text) => {
    expect(normaliseUrl(text)).toBeUndefined();
  });
});
