import { describe, expect, test } from '@jest/globals';

import { ServiceError } from '../../forwarder/core/index.js';
import { createExtractor } from '../../forwarder/extraction/index.js';
import type { ExtractionOptions } from '../../forwarder/extraction/index.js';

import { bySource, peer, raw } from './support.js';

function refusal(options: ExtractionOptions): ServiceError {
  try {
    createExtractor(options);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('the pattern was taken');
}

function refusedRule(pattern: string): ServiceError {
  const rules = [
    { name: 'FINE', pattern: 'x' },
    { name: 'RE_URL', pattern },
  ];
  return refusal({ sources: [{ name: 'proxy', rules }] });
}

describe('a pattern that cannot be used', () => {
  test.each([
    ['look-ahead', 'url=(?=http)(.*)', /`\(\?=`/, /look-ahead/],
    ['negative look-ahead', 'url=(?!http)(.*)', /`\(\?!`/, /look-ahead/],
    ['look-behind', '(?<=url=)(.*)', /\(\?<=url=/, /look-behind/],
    ['negative look-behind', '(?<!url=)(.*)', /\(\?<!url=/, /look-behind/],
    ['back-reference', '(["\']).*\\1', /`\\1`/, /back-reference/],
    ['named back-reference', '(?P<q>["\']).*(?P=q)', /\(\?P/, /back-reference/],
    ['unclosed group', 'url=(.*', /missing closing \)/, /close every/],
    ['unclosed class', 'url=[a-z', /missing closing \]/, /close every/],
    ['group never opened', 'url=)', /unexpected \)/, /close every/],
    ['nothing to repeat', '*.exe', /missing argument/, /close every/],
    ['atomic group', '(?>a+)b', /\(\?>/, /go back/],
    ['possessive quantifier', 'a++b', /`\+\+`/, /go back/],
    ['too many repetitions', 'a{1001}', /repeat count/, /1000/],
    ['nested repetitions', '((a{100}){100}){100}', /repeat count/, /1000/],
    ['nesting', '('.repeat(1500) + ')'.repeat(1500), /too deeply/, /1000/],
    ['unknown escape', '\\hurl', /`\\h`/, /RE2/],
    ['backwards range', '[z-a]', /range/, /RE2/],
  ])('%s', (_, pattern, reason, hint) => {
    const error = refusedRule(pattern);
    expect(error.code).toBe('TF_PATTERN');
    expect(error.where).toBe('sources[0].rules[1].pattern');
    expect(error.message).toContain('rule RE_URL of source proxy');
    expect(error.message).toContain(`"${pattern}"`);
    expect(error.message).toMatch(reason);
    expect(error.hint).toMatch(hint);
    expect(error.cause).toBeInstanceOf(Error);
  });

  test.each([
    ['sources[0].pattern', { pattern: '(' }],
    ['sources[0].ignore[1]', { ignore: ['x', '('] }],
    ['sources[0].replace[0].pattern', { replace: [{ pattern: '(', with: '' }] }],
  ])('at %s', (where, part) => {
    const error = refusal({ sources: [{ name: 'fw', rules: [{ name: 'A' }], ...part }] });
    expect(error).toMatchObject({ code: 'TF_PATTERN', where });
    expect(error.message).toContain('source fw');
  });

  test('for the names of properties', () => {
    expect(refusal({ urlProperties: '(?=URL)' })).toMatchObject({
      code: 'TF_PATTERN',
      where: 'extraction.urlProperties',
    });
    const indicatorProperties = [
      { pattern: 'MD5', kind: 'MD5' },
      { pattern: '[', kind: 'SHA1' },
    ] as const;
    expect(refusal({ indicatorProperties })).toMatchObject({
      code: 'TF_PATTERN',
      where: 'extraction.indicatorProperties[1].pattern',
    });
  });
});

describe('what the engine takes', () => {
  test.each([
    ['named groups', '(?P<h>\\w+)\\.test', 'a.test', 'a'],
    ['letter case ignored', '(?i)URL=(\\w+)', 'url=x', 'x'],
    ['lazy repeats', '<(.+?)>', '<a><b>', 'a'],
    ['lazy and greedy as backtracking engines', '(a|ab)(c|bcd)', 'abcd', 'abcd'],
    ['Unicode classes', '(\\p{Cyrillic}+)', 'user Иван!', 'Иван'],
    ['quoted text', '\\Qa.b\\E(.)', 'axbc a.bd', 'd'],
    ['escaped punctuation', '\\<(\\d+)\\>\\:', '<13>:', '13'],
    ['word boundaries', '\\b(\\d+)\\b', 'a1 22', '22'],
    ['text beyond the basic plane', '(.)$', 'a\u{1f600}', '\u{1f600}'],
  ])('%s', (_, pattern, text, expected) => {
    expect(bySource({ rules: [{ name: 'V', pattern }] }, text).values['V']).toBe(expected);
  });
});

/** Texts of 12 KB on which a backtracking engine would not come to an end. */
const long = 12_000;
const catastrophic: readonly (readonly [pattern: string, text: string])[] = [
  ['(a+)+$', `${'a'.repeat(long)}!`],
  ['(a|aa)+$', `${'a'.repeat(long)}!`],
  ['(x+x+)+y', 'x'.repeat(long)],
  ['(.*?)://(.*?)@(.*?)/x', 'http://a@b/'.repeat(long / 11)],
  ['(.*?,){30}P', '1,'.repeat(long / 2)],
  ['(\\w+\\s?)*$', `${'word '.repeat(long / 5)}!`],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(long)],
  ['(?:a?){100}a{100}', 'a'.repeat(long)],
  // Each search is linear, but there is one after each match, and each looks at the whole rest.
  ['(\\d+)(?:.*x)?', '1 '.repeat(long / 2)],
  ['src=(\\d+)(?:.*?dst=(\\d+))?', 'src=1 '.repeat(long / 6)],
  ['a(?:[^b]*b)?', 'a'.repeat(long)],
];

describe('patterns that hang other engines end', () => {
  test.each(catastrophic)('%s as a rule', (pattern, text) => {
    const rules = [{ name: 'V', pattern, extract: 'all' }] as const;
    expect(bySource({ rules }, text)).toBeDefined();
  });

  test.each(catastrophic)('%s in all other places', (pattern, text) => {
    const extractor = createExtractor({
      sources: [
        { name: 'a', pattern, rules: [{ name: 'V', pattern: 'no' }] },
        {
          name: 'b',
          rules: [{ name: 'V', pattern: 'no' }],
          replace: [{ pattern, with: '\\1' }],
          ignore: [pattern],
        },
      ],
      urlProperties: pattern,
    });
    const fields = new Map([
      ['payload', text],
      [text, text],
    ]);
    const { source } = extractor.extract({ kind: 'envelope', fields, payload: text }, peer);
    expect(['a', 'b']).toContain(source);
  });
});

describe('when a pattern takes too much work', () => {
  const rest = 'the rest was left out: the pattern takes too much work, or makes too much text';

  test('what was found so far stays, and explain says from where on nothing was searched', () => {
    const rules = [
      { name: 'V', kind: 'IP', pattern: '([\\d.]+)(?:.*x)?', extract: 'all' },
    ] as const;
    const text = Array.from({ length: 4000 }, (_, n) => `10.0.${n >> 8}.${n & 255}`).join(' ');
    const extractor = createExtractor({ sources: [{ name: 'a', rules }] });
    const { observables, ignored } = extractor.explain(raw(text), peer);
    const byRule = observables.filter(({ rule }) => rule === 'V');
    expect(byRule.length).toBeGreaterThan(5);
    expect(byRule.length).toBeLessThan(400);
    const given = ignored.find(({ rule, reason }) => rule === 'V' && reason === rest);
    const last = byRule.at(-1)?.text ?? '';
    expect(given).toMatchObject({ field: 'text', offset: text.indexOf(last) + last.length });
    expect(text.slice(given?.offset)).toContain(given?.text ?? '-');
  });

  test('the first match is always found, however far it is', () => {
    const rules = [{ name: 'V', pattern: '(a+)+b(c)' }];
    const text = `${'a '.repeat(200_000)}aabc`;
    expect(bySource({ rules }, text).values['V']).toBe('aac');
  });

  test('sound patterns are never given up', () => {
    const text = 'url=http://x.test/a/b user=bob src=192.0.2.1 '.repeat(5000);
    for (const pattern of [
      'url=(.*?)(?:$|\\s)',
      '(?i)url=(\\S+) user=(\\S+)',
      '((?:\\d{1,3}\\.){3}\\d{1,3})',
      '(\\w+)=(\\S*)',
      '[^=]*=([^ ]*)',
      '.',
    ]) {
      const rules = [{ name: 'V', pattern, extract: 'all' }] as const;
      const extractor = createExtractor({ sources: [{ name: 'a', rules }] });
      const { ignored } = extractor.explain(raw(text), peer);
      expect(ignored.filter(({ reason }) => reason === rest)).toEqual([]);
    }
  });

  test('replacing never makes more than a few megabytes', () => {
    const extractor = createExtractor({
      sources: [
        {
          name: 'a',
          replace: [{ pattern: 'a', with: 'b'.repeat(4000) }],
          rules: [{ name: 'ALL', pattern: '(?s)(.*)' }],
        },
      ],
    });
    const { values, ignored } = extractor.explain(raw('a'.repeat(100_000)), peer);
    expect(values.get('ALL')?.length).toBeLessThan(6_000_000);
    expect(ignored).toContainEqual(
      expect.objectContaining({ rule: 'replace[0]', field: 'payload', reason: rest }),
    );
  });
});
