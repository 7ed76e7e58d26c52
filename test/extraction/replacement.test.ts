import { describe, expect, test } from '@jest/globals';

import { createExtractor } from '../../forwarder/extraction/index.js';
import type { SourceOptions } from '../../forwarder/extraction/index.js';

import { builtIn, bySource, envelope, kindsAndValues, peer, raw } from './support.js';

type Replace = NonNullable<SourceOptions['replace']>;

/** The payload as rules see it after replacing. */
function replaced(text: string, replace: Replace): string | undefined {
  const rules = [{ name: 'ALL', pattern: '(?s)(.+)' }];
  return bySource({ rules, replace }, text).values['ALL'];
}

describe('replace', () => {
  test('the documented example: a priority becomes a mark', () => {
    const replace = [{ pattern: '^\\<(\\d+)\\>', with: 'NEW_EVENT\\:\\1\\s' }];
    expect(replaced('<134>Jul 10 10:10:14 host', replace)).toBe(
      'NEW_EVENT:134 Jul 10 10:10:14 host',
    );
    expect(replaced('x <134>', replace)).toBe('x <134>');
  });

  test('the documented example: escaped equals signs', () => {
    const text = 'url\\=http://example.com user\\=a';
    const replace = [{ pattern: '\\\\=', with: '=' }];
    expect(replaced(text, replace)).toBe('url=http://example.com user=a');
    expect(builtIn('request\\=example.com/a')).toEqual(['domain example.com']);
    // After replacing, the built-in source sees a key.
    const rules = [{ name: 'X', pattern: 'nothing' }];
    const { found } = bySource({ rules, replace }, 'request\\=example.com/a');
    expect(found).toEqual(['RE_URL: url example.com/a']);
  });

  test.each([
    ['\\1', 'a-b', '(\\w)-(\\w)', 'a'],
    ['\\2\\1', 'a-b', '(\\w)-(\\w)', 'ba'],
    ['\\3', 'xa-bx', '(\\w)-(\\w)', 'xx'],
    ['\\\\', '/', '/', '\\'],
    ['\\0', '/', '/', '0'],
    ['$1', 'a', '(a)', '$1'],
    ['', 'a-b', '-', 'ab'],
    ['-', 'aaa', 'a', '---'],
    ['NEW\\s', 'aaa', '^', 'NEW aaa'],
    ['-', 'aa', 'x*', '-a-a-'],
    ['\\t\\n\\r\\s\\:', 'xax', 'a', 'x\t\n\r :x'],
    ['x\\', 'a', 'a', 'x\\'],
  ])('with %j: %j by %j becomes %j', (template, text, pattern, expected) => {
    expect(replaced(text, [{ pattern, with: template }])).toBe(expected);
  });

  test('rules run in order, each on what the one before has made', () => {
    const replace = [
      { pattern: 'a', with: 'b' },
      { pattern: 'b', with: 'c' },
    ];
    expect(replaced('ab', replace)).toBe('cc');
  });

  test('only the payload is replaced, other fields are not', () => {
    const rules = [
      { name: 'PAYLOAD', keys: ['payload'] },
      { name: 'FIELD', keys: ['Custom'] },
    ];
    const event = envelope({ payload: 'one', Custom: 'one' });
    const { values } = bySource({ rules, replace: [{ pattern: 'one', with: 'two' }] }, event);
    expect(values).toMatchObject({ PAYLOAD: 'two', FIELD: 'one' });
  });
});

describe('ignore', () => {
  const rules = [{ name: 'RE_URL', kind: 'URL', pattern: 'url=(\\S+)' }] as const;

  test('an event that matches is dropped, another is not', () => {
    const extractor = createExtractor({
      sources: [{ name: 'fw', rules, ignore: ['Device0002', 'Device0003'] }],
    });
    const dropped = extractor.extract(raw('Device0002 url=http://a.test/'), peer);
    expect(dropped).toEqual({
      source: 'fw',
      isIgnored: true,
      observables: [],
      values: new Map(),
    });
    const kept = extractor.extract(raw('Device0001 url=http://a.test/'), peer);
    expect(kept.isIgnored).toBe(false);
    expect(kindsAndValues(kept.observables)).toEqual(['url a.test']);
  });

  test('all replace rules run before the first ignore rule', () => {
    const extractor = createExtractor({
      sources: [
        {
          name: 'fw',
          rules,
          ignore: ['Device0002'],
          replace: [
            { pattern: 'Gerät', with: 'Device' },
            { pattern: 'Device2', with: 'Device0002' },
          ],
        },
      ],
    });
    expect(extractor.extract(raw('Gerät2'), peer).isIgnored).toBe(true);
    const other = createExtractor({
      sources: [
        { name: 'fw', rules, ignore: ['Device0002'], replace: [{ pattern: '000', with: '-' }] },
      ],
    });
    expect(other.extract(raw('Device0002'), peer).isIgnored).toBe(false);
  });

  test('* and ? are not wildcards but parts of an expression', () => {
    const extractor = createExtractor({ sources: [{ name: 'fw', rules, ignore: ['^Dev*2$'] }] });
    expect(extractor.extract(raw('Device2'), peer).isIgnored).toBe(false);
    expect(extractor.extract(raw('Devvv2'), peer).isIgnored).toBe(true);
  });

  test('fields are seen as lines name=value', () => {
    const extractor = createExtractor({
      sources: [{ name: 'fw', rules, ignore: ['(?m)^logSource=test$'] }],
    });
    expect(extractor.extract(envelope({ payload: 'x', logSource: 'test' }), peer).isIgnored).toBe(
      true,
    );
    expect(extractor.extract(envelope({ payload: 'x', logSource: 'test2' }), peer).isIgnored).toBe(
      false,
    );
  });

  test('the configured default may ignore too, but only what no other source takes', () => {
    const extractor = createExtractor({
      sources: [
        { name: 'default', rules, ignore: ['noise'] },
        { name: 'fw', pattern: '^fw', rules },
      ],
    });
    expect(extractor.extract(raw('noise'), peer).isIgnored).toBe(true);
    expect(extractor.extract(raw('fw noise'), peer).isIgnored).toBe(false);
  });
});
