import { describe, expect, test } from '@jest/globals';

import { bySource } from './support.js';

/** The event and the results that CyberTrace's documentation prints. */
const event = 'url_1=http://domain test_event url_2=/page/mypage test';
const pattern = 'url_1=(\\S+) .*url_2=(\\S+)';

function valueOf(concatenate: string | undefined, text = event, expression = pattern): string {
  const rule = { name: 'JOINED', pattern: expression };
  const rules = [concatenate === undefined ? rule : { ...rule, concatenate }];
  return bySource({ rules }, text).values['JOINED'] ?? '';
}

describe('concatenate', () => {
  test.each([
    ['#1#2', 'http://domain/page/mypage'],
    ['#2#1', '/page/mypagehttp://domain'],
    ['#2_/_#1', '/page/mypage_/_http://domain'],
    ['#1#2#3', 'http://domain/page/mypage#3'],
    ['#3', '#3'],
    ['\\#1', '#1'],
    ['\\##1', '#http://domain'],
    ['#1\\#2', 'http://domain#2'],
    ['#1', 'http://domain'],
    ['#1#1', 'http://domainhttp://domain'],
    ['#0', '#0'],
    ['#12', '#12'],
    ['a#b', 'a#b'],
    ['#1#', 'http://domain#'],
    ['#1\\', 'http://domain\\'],
    ['\\1#2', '\\1/page/mypage'],
    ['no group', 'no group'],
  ])('%s makes %s', (concatenate, expected) => {
    expect(valueOf(concatenate)).toBe(expected);
  });

  test('without it the groups are joined in order', () => {
    expect(valueOf(undefined)).toBe('http://domain/page/mypage');
  });

  test('without it and without groups the whole match is the value', () => {
    expect(valueOf(undefined, event, 'url_\\d=\\S+')).toBe('url_1=http://domain');
  });

  test('a group that takes no part is empty', () => {
    expect(valueOf('#1|#2', 'b', '(a)?(b)')).toBe('|b');
  });

  test('two digits are one number when there are so many groups', () => {
    expect(valueOf('#10#1', 'abcdefghij', '(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)')).toBe('ja');
  });

  test('the joined value is what is looked up', () => {
    const rules = [{ name: 'RE_URL', kind: 'URL', pattern, concatenate: '#1#2' }] as const;
    expect(bySource({ rules }, event).found[0]).toBe('RE_URL: url http://domain/page/mypage');
  });

  test('a value of nothing but blanks, or -, is none: the next match is taken', () => {
    expect(valueOf('#1', 'x= ;x=-;x=b;', 'x=([^;]*);')).toBe('b');
  });
});
