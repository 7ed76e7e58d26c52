import { describe, expect, test } from '@jest/globals';

import type { RuleOptions } from '../../forwarder/extraction/index.js';

import { bySource, envelope } from './support.js';

const md5 = '44D88612FEA8A8F36DE82E1278ABB02F';
const sha1 = '3395856CE81F2B7382DEE72602F798B642F14140';
const sha256 = '275A021BBFB6489E54D471899F7DB9D1663FC695EC2FE2A2C4538AABF651FD0F';

/** What one rule finds; the built-in source adds nothing under this name. */
function byRule(rule: Omit<RuleOptions, 'name'>, event: Parameters<typeof bySource>[1]): string[] {
  const { found } = bySource({ rules: [{ name: 'MINE', ...rule }] }, event);
  return found.filter((line) => line.startsWith('MINE: ')).map((line) => line.slice(6));
}

describe('kinds', () => {
  test.each([
    ['URL', 'http://a.test/X?y', 'url http://a.test/X?y'],
    ['URL', 'a.test/X', 'url a.test/X'],
    ['URL', 'http://localhost/x', 'url http://localhost/x'],
    ['URL', '192.0.2.1/x', 'url 192.0.2.1/x'],
    ['URL', 'http://', undefined],
    ['URL', '-', undefined],
    ['URL', 'blocked', undefined],
    ['URL', '/index.html', undefined],
    ['DOMAIN', 'A.test.', 'domain A.test.'],
    ['DOMAIN', 'localhost', 'domain localhost'],
    ['DOMAIN', 'a.test/x', undefined],
    ['DOMAIN', '192.0.2.1', undefined],
    ['IP', '192.0.2.1', 'ip 192.0.2.1'],
    ['IP', '2001:DB8::1', 'ip 2001:DB8::1'],
    ['IP', '[2001:db8::1]', 'ip [2001:db8::1]'],
    ['IP', '192.0.2', undefined],
    ['IP', '0.0.0.0', undefined],
    ['IP', '0.1.2.3', undefined],
    ['IP', '::', undefined],
    ['MD5', md5, `md5 ${md5}`],
    ['MD5', sha1, undefined],
    ['SHA1', sha1, `sha1 ${sha1}`],
    ['SHA1', md5, undefined],
    ['SHA256', sha256, `sha256 ${sha256}`],
    ['SHA256', `${sha256}0`, undefined],
    ['HASH', md5, `md5 ${md5}`],
    ['HASH', sha1, `sha1 ${sha1}`],
    ['HASH', sha256, `sha256 ${sha256}`],
    ['HASH', md5.slice(1), undefined],
    ['HASH', `g${md5.slice(1)}`, undefined],
    ['CONTEXT', 'http://a.test/', undefined],
  ] as const)('%s %s', (kind, value, expected) => {
    const found = byRule({ kind, pattern: 'v=(.*)' }, `v=${value}`);
    expect(found).toEqual(expected === undefined ? [] : [expected]);
  });

  test('CONTEXT is the default, and is kept as a value', () => {
    const { found, values } = bySource(
      { rules: [{ name: 'Device', pattern: '[^\\|]*\\|([^\\|]*\\|[^\\|]*)\\|' }] },
      'CEF:0|Vendor|Product|1.0',
    );
    expect(found).toEqual([]);
    expect(values['Device']).toBe('Vendor|Product');
  });

  test('typed rules keep their first sound value too', () => {
    const rules = [{ name: 'RE_MD5', kind: 'MD5', extract: 'all', pattern: '(\\w+)' }] as const;
    expect(bySource({ rules }, `no ${md5} x`).values['RE_MD5']).toBe(md5);
  });

  test('blanks around a value do not belong to it', () => {
    expect(byRule({ kind: 'IP', pattern: 'v=([^;]*);' }, 'v= 192.0.2.1 ;')).toEqual([
      'ip 192.0.2.1',
    ]);
  });
});

describe('extract', () => {
  const text = 'ip=192.0.2.1 ip=192.0.2.2 ip=192.0.2.1 ip=x ip=192.0.2.3';
  const pattern = 'ip=(\\S+)';

  test('first takes one value, and is the default', () => {
    expect(byRule({ kind: 'IP', pattern, extract: 'first' }, text)).toEqual(['ip 192.0.2.1']);
    expect(byRule({ kind: 'IP', pattern }, text)).toEqual(['ip 192.0.2.1']);
  });

  test('first takes the first value that is of the kind', () => {
    const event = 'ip=x ip=0.0.0.0 ip=192.0.2.1 ip=192.0.2.2';
    expect(byRule({ kind: 'IP', pattern }, event)).toEqual(['ip 192.0.2.1']);
    expect(byRule({ kind: 'DOMAIN', keys: ['a', 'b'] }, envelope({ a: '-', b: 'b.test' }))).toEqual(
      ['domain b.test'],
    );
  });

  test('all gives one observable for each distinct value', () => {
    expect(byRule({ kind: 'IP', pattern, extract: 'all' }, text)).toEqual([
      'ip 192.0.2.1',
      'ip 192.0.2.2',
      'ip 192.0.2.3',
    ]);
  });

  test('the value of a rule is its first', () => {
    const rules = [{ name: 'C', pattern, extract: 'all' }] as const;
    expect(bySource({ rules }, text).values['C']).toBe('192.0.2.1');
  });

  test('the documented hash rule', () => {
    const rules = [
      { name: 'RE_MD5', kind: 'MD5', extract: 'all', pattern: '([\\da-fA-F]{32})' },
    ] as const;
    expect(bySource({ rules }, `a=${md5} b=${md5.toLowerCase()}`).found).toEqual([
      `RE_MD5: md5 ${md5}`,
    ]);
  });

  test.each([
    ['url=(.*?)(?:$|\\s)', 'url=http://a.test/x y', 'url http://a.test/x'],
    ['url=(.*?)(?:$|\\s)', 'x url=http://a.test/x', 'url http://a.test/x'],
    ['request\\=(.*?)(?:\\s|$)', 'request=a.test/x z', 'url a.test/x'],
    ['OBSERVED\\s"(?:.*?)"\\s(.*?)\\s', 'OBSERVED "x y" http://a.test/ -', 'url http://a.test/'],
    ['http\\s(.*?)\\s\\d+\\s(.*?)\\s', 'http a.test 80 /x/y ?q', 'url a.test/x/y'],
  ])('a published device rule: %s', (expression, event, expected) => {
    expect(byRule({ kind: 'URL', pattern: expression }, event)).toEqual([expected]);
  });
});

describe('keys', () => {
  const event = envelope({
    payload: 'url=http://p.test/',
    'URL Host': 'h.test',
    URL: ' http://a.test/x ',
    Empty: ' ',
    Hashes: `MD5=${md5},SHA256=${sha256}`,
  });

  test('without a pattern the value of the field is taken whole', () => {
    expect(byRule({ kind: 'URL', keys: ['URL'] }, event)).toEqual(['url http://a.test/x']);
  });

  test('fields in the order named; absent and empty ones are passed over', () => {
    const keys = ['None', 'Empty', 'URL Host', 'URL'];
    expect(byRule({ kind: 'URL', keys }, event)).toEqual(['url h.test']);
    expect(byRule({ kind: 'URL', keys, extract: 'all' }, event)).toEqual([
      'url h.test',
      'url http://a.test/x',
    ]);
  });

  test('with a pattern it runs on the fields only', () => {
    const rule = { kind: 'HASH', pattern: '=(\\w+)', extract: 'all' } as const;
    expect(byRule({ ...rule, keys: ['Hashes', 'payload'] }, event)).toEqual([
      `md5 ${md5}`,
      `sha256 ${sha256}`,
    ]);
    expect(byRule({ kind: 'URL', keys: ['URL Host'], pattern: 'url=(\\S+)' }, event)).toEqual([]);
  });

  test('names are exact', () => {
    expect(byRule({ kind: 'URL', keys: ['url'] }, event)).toEqual([]);
    expect(byRule({ kind: 'URL', keys: ['__proto__', 'constructor'] }, event)).toEqual([]);
  });

  test('a raw text has the field payload, and no other', () => {
    expect(byRule({ kind: 'URL', keys: ['URL'] }, 'URL=http://a.test/')).toEqual([]);
    expect(byRule({ kind: 'URL', keys: ['payload'] }, 'http://a.test/')).toEqual([
      'url http://a.test/',
    ]);
  });
});

describe('the text that patterns see', () => {
  test('the payload first, then a line for each other field, in their order', () => {
    const fields = { a: '1', payload: 'first\nsecond', 'b c': '2' };
    const rules = [{ name: 'ALL', pattern: '(?s)^(.*)$' }];
    expect(bySource({ rules }, envelope(fields)).values['ALL']).toBe('first\nsecond\na=1\nb c=2');
    expect(bySource({ rules }, 'only').values['ALL']).toBe('only');
  });

  test('^ is the beginning of the payload in JSON and in raw events', () => {
    const rules = [{ name: 'PRI', pattern: '^<(\\d+)>' }];
    expect(bySource({ rules }, '<13>x').values['PRI']).toBe('13');
    const event = envelope({ type: 'Event', payload: '<13>x' });
    expect(bySource({ rules }, event).values['PRI']).toBe('13');
  });

  test('. does not cross lines, (?s). does; $ is the end, (?m)$ a line end', () => {
    const event = envelope({ payload: 'one', x: 'two' });
    const value = (pattern: string): string | undefined =>
      bySource({ rules: [{ name: 'V', pattern }] }, event).values['V'];
    expect(value('one(.*)')).toBeUndefined();
    expect(value('(?s)one(.*)')).toBe('x=two');
    expect(value('(one)$')).toBeUndefined();
    expect(value('(?m)(one)$')).toBe('one');
  });
});
