import { describe, expect, test } from '@jest/globals';

import type { DecodedEvent } from '../../forwarder/core/index.js';
import { ServiceError } from '../../forwarder/core/index.js';
import { createExtractor } from '../../forwarder/extraction/index.js';
import type { ExtractionOptions, SourceOptions } from '../../forwarder/extraction/index.js';

import { envelope, kindsAndValues, peer, raw } from './support.js';

const rules = [{ name: 'MARK', pattern: '(mark\\d)' }] as const;

function sourceOf(
  sources: readonly SourceOptions[],
  from: string,
  event: DecodedEvent = raw('mark1'),
): string {
  return createExtractor({ sources }).extract(event, from).source;
}

describe('which source', () => {
  test.each([
    ['192.0.2.10', '192.0.2.10', true],
    ['192.0.2.10', '192.0.2.11', false],
    ['198.51.100.0/24', '198.51.100.0', true],
    ['198.51.100.0/24', '198.51.100.255', true],
    ['198.51.100.0/24', '198.51.101.0', false],
    ['198.51.100.77/24', '198.51.100.1', true],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['203.0.113.9/32', '203.0.113.9', true],
    ['203.0.113.9/32', '203.0.113.8', false],
    ['2001:db8::1', '2001:0DB8:0::1', true],
    ['2001:db8::/32', '2001:db8:ffff::9', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['2001:db8::/32', '192.0.2.1', false],
    ['::/0', '2001:db8::1', true],
    ['192.0.2.10', '::ffff:192.0.2.10', true],
    ['::ffff:192.0.2.0/120', '192.0.2.10', true],
    ['192.0.2.10', 'unknown', false],
    ['192.0.2.10', '', false],
  ])('peers [%s], event of %s: %s', (entry, from, applies) => {
    expect(sourceOf([{ name: 'a', peers: [entry], rules }], from)).toBe(applies ? 'a' : 'default');
  });

  test('one of several peers is enough, none is never', () => {
    const peers = ['192.0.2.10', '2001:db8::/32'];
    expect(sourceOf([{ name: 'a', peers, rules }], '2001:db8::7')).toBe('a');
    expect(sourceOf([{ name: 'a', peers: [], rules }], '192.0.2.10')).toBe('default');
  });

  test('a pattern on the event, its fields included', () => {
    const sources = [{ name: 'fire', pattern: 'CEF:0\\|Fire', rules }];
    expect(sourceOf(sources, peer, raw('CEF:0|FireEye|x'))).toBe('fire');
    expect(sourceOf(sources, peer, raw('CEF:0|Other|x'))).toBe('default');
    const byField = [{ name: 'squid', pattern: '(?m)^logSourceType=Squid', rules }];
    const event = envelope({ logSourceType: 'Squid Web Proxy', payload: 'x' });
    expect(sourceOf(byField, peer, event)).toBe('squid');
  });

  test('the pattern sees the event as it came, before the replace rules', () => {
    const replace = [{ pattern: 'mark', with: 'other' }];
    expect(sourceOf([{ name: 'a', pattern: 'mark1', replace, rules }], peer)).toBe('a');
    expect(sourceOf([{ name: 'a', pattern: 'other1', replace, rules }], peer)).toBe('default');
  });

  test('with peers and a pattern both must hold', () => {
    const sources = [{ name: 'a', peers: ['192.0.2.10'], pattern: 'mark', rules }];
    expect(sourceOf(sources, '192.0.2.10')).toBe('a');
    expect(sourceOf(sources, '192.0.2.11')).toBe('default');
    expect(sourceOf(sources, '192.0.2.10', raw('x'))).toBe('default');
  });

  test('the first that applies, in the order configured', () => {
    const sources = [
      { name: 'a', pattern: 'mark1', rules },
      { name: 'b', rules },
      { name: 'c', pattern: 'mark2', rules },
    ];
    expect(sourceOf(sources, peer)).toBe('a');
    expect(sourceOf(sources, peer, raw('mark2'))).toBe('b');
  });

  test('the default is the last resort, wherever it stands in the list', () => {
    const sources = [
      { name: 'default', rules },
      { name: 'a', pattern: 'mark1', rules },
    ];
    expect(sourceOf(sources, peer)).toBe('a');
    expect(sourceOf(sources, peer, raw('x'))).toBe('default');
  });
});

describe('a specific source and the default', () => {
  const url = { name: 'RE_URL', kind: 'URL', pattern: 'link=(\\S+)' } as const;
  const extractor = createExtractor({ sources: [{ name: 'a', rules: [url] }] });

  test('the rule of the default of the same name runs only when the own one found nothing', () => {
    const own = extractor.extract(raw('link=a.test/x http://b.test/ 192.0.2.1'), peer);
    expect(kindsAndValues(own.observables)).toEqual([
      'url a.test/x',
      'domain a.test',
      'ip 192.0.2.1',
    ]);
    expect(own.values.get('RE_URL')).toBe('a.test/x');
    const none = extractor.extract(raw('http://b.test/ 192.0.2.1'), peer);
    expect(kindsAndValues(none.observables)).toEqual(['url b.test', 'ip 192.0.2.1']);
    expect(none.source).toBe('a');
  });

  test('a value that is not of the kind is as good as none', () => {
    const { observables, values } = extractor.extract(raw('link=blocked http://b.test/'), peer);
    expect(kindsAndValues(observables)).toEqual(['url b.test']);
    expect(values.get('RE_URL')).toBe('http://b.test/');
  });

  test('context rules close the name too', () => {
    const named = createExtractor({
      sources: [{ name: 'a', rules: [{ name: 'RE_USERNAME', pattern: 'by (\\w+)' }] }],
    });
    expect(named.extract(raw('by bob user=eve'), peer).values.get('RE_USERNAME')).toBe('bob');
    expect(named.extract(raw('user=eve'), peer).values.get('RE_USERNAME')).toBe('eve');
    const fields = envelope({ payload: 'by bob', usrName: 'eve' });
    expect(named.extract(fields, peer).values.get('RE_USERNAME')).toBe('bob');
  });

  test('two rules of one name in one source both count', () => {
    const both = createExtractor({
      sources: [{ name: 'a', rules: [url, { ...url, pattern: 'ref=(\\S+)' }] }],
    });
    const { observables, values } = both.extract(raw('ref=b.test/y link=a.test/x'), peer);
    expect(kindsAndValues(observables).slice(0, 2)).toEqual(['url a.test/x', 'url b.test/y']);
    expect(values.get('RE_URL')).toBe('a.test/x');
  });

  test('a configured default replaces the built-in source', () => {
    const own = createExtractor({ sources: [{ name: 'default', rules: [url] }] });
    const { observables, source } = own.extract(raw('link=a.test/x 192.0.2.1 c.test'), peer);
    expect(kindsAndValues(observables)).toEqual(['url a.test/x']);
    expect(source).toBe('default');
  });

  test('a configured default keeps who and where of the envelope, without looking it up', () => {
    const own = createExtractor({ sources: [{ name: 'default', rules: [url] }] });
    const event = envelope({
      src: '192.0.2.1',
      dst: '192.0.2.2',
      usrName: 'eve',
      devTimeEpoch: '1752142212000',
      payload: 'x',
    });
    const { observables, values } = own.extract(event, peer);
    expect(observables).toEqual([]);
    expect(Object.fromEntries(values)).toEqual({
      SRC_IP: '192.0.2.1',
      DST_IP: '192.0.2.2',
      RE_USERNAME: 'eve',
      DEV_TIME: '1752142212000',
    });
  });

  test('behind a specific source the configured default supplies only what is missing', () => {
    const both = createExtractor({
      sources: [
        { name: 'default', rules: [{ ...url, pattern: 'd=(\\S+)' }, rules[0]] },
        { name: 'a', rules: [url] },
      ],
    });
    const event = raw('link=a.test/ d=d.test mark7');
    expect(kindsAndValues(both.extract(event, peer).observables)).toEqual(['url a.test']);
    expect(both.extract(event, peer).values.get('MARK')).toBe('mark7');
    const without = both.extract(raw('d=d.test'), peer);
    expect(kindsAndValues(without.observables)).toEqual(['url d.test']);
  });
});

describe('allowsScanner', () => {
  function allows(options: ExtractionOptions, from = '192.0.2.10'): boolean {
    const extractor = createExtractor(options);
    // Asked twice: the answer is remembered.
    expect(extractor.allowsScanner(from)).toBe(extractor.allowsScanner(from));
    return extractor.allowsScanner(from);
  }

  test('only built-in rules: yes', () => {
    expect(allows({})).toBe(true);
    expect(allows({ sources: [], urlProperties: '^URL$|URI|Request URL' })).toBe(true);
    expect(allows({ indicatorProperties: [{ pattern: '^MD5 Hash$', kind: 'MD5' }] })).toBe(true);
  });

  test('a source of this peer: no; of others: yes', () => {
    const sources = [{ name: 'a', peers: ['192.0.2.0/24'], rules }];
    expect(allows({ sources })).toBe(false);
    expect(allows({ sources }, '198.51.100.1')).toBe(true);
    expect(allows({ sources: [{ ...sources[0]!, pattern: 'x' }] })).toBe(false);
  });

  test('a source that may apply to anyone: no', () => {
    expect(allows({ sources: [{ name: 'a', pattern: 'x', rules }] })).toBe(false);
    expect(allows({ sources: [{ name: 'a', rules }] })).toBe(false);
    expect(allows({ sources: [{ name: 'default', rules }] })).toBe(false);
  });

  test('other URL properties than the scanner knows of: no', () => {
    expect(allows({ urlProperties: '^Link$' })).toBe(false);
    expect(allows({ indicatorProperties: [{ pattern: '^Link$', kind: 'URL' }] })).toBe(false);
  });

  test('remembers no more peers than there are', () => {
    const extractor = createExtractor({ sources: [{ name: 'a', peers: ['10.0.0.7'], rules }] });
    for (let n = 0; n < 10_000; n++) extractor.allowsScanner(`10.0.${n >> 8}.${n & 255}`);
    expect(extractor.allowsScanner('10.0.0.7')).toBe(false);
    expect(extractor.allowsScanner('10.0.0.8')).toBe(true);
  });
});

describe('what a source may not be', () => {
  function errorOf(sources: readonly SourceOptions[]): ServiceError {
    try {
      createExtractor({ sources });
    } catch (error) {
      if (error instanceof ServiceError) return error;
    }
    throw new Error('nothing was refused');
  }

  test('two of one name', () => {
    const error = errorOf([
      { name: 'a', rules },
      { name: 'b', rules },
      { name: 'a', rules },
    ]);
    expect(error).toMatchObject({ code: 'TF_CONFIG', where: 'sources[2].name' });
    expect(error.message).toContain('"a"');
  });

  test.each(['peers', 'pattern'] as const)('the default with %s', (key) => {
    const condition = key === 'peers' ? { peers: ['192.0.2.1'] } : { pattern: 'x' };
    const error = errorOf([{ name: 'default', rules, ...condition }]);
    expect(error).toMatchObject({ code: 'TF_CONFIG', where: `sources[0].${key}` });
    expect(error.hint).toContain('another name');
  });

  test('a peer that is no address', () => {
    const error = errorOf([{ name: 'a', peers: ['192.0.2.1', 'proxy.test'], rules }]);
    expect(error).toMatchObject({ code: 'TF_CONFIG', where: 'sources[0].peers[1]' });
  });

  test.each(['MatchedIndicator', 'RecordContext', 'Category', 'SourceId', 'Retroscan'])(
    'with a rule called %s',
    (name) => {
      const error = errorOf([{ name: 'a', rules: [...rules, { name, pattern: 'x' }] }]);
      expect(error).toMatchObject({ code: 'TF_CONFIG', where: 'sources[0].rules[1].name' });
    },
  );
});
