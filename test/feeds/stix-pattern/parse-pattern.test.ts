import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  parsePattern,
  printPattern,
  type Comparison,
  type Literal,
  type ObjectPath,
  type Pattern,
  type Qualifier,
} from '../../../forwarder/feeds/stix-pattern/index.js';
import { fuzzRuns } from '../../support/fuzz-runs.js';

function printed(text: string): string {
  const pattern = parsePattern(text);
  return pattern.ok ? printPattern(pattern.value) : `fault: ${pattern.problem}`;
}

describe('what a pattern may look like', () => {
  test.each([
    ["[url:value='http://a.example/']", "[url:value = 'http://a.example/']"],
    ["  [ url:value\n==\t'x' ]  ", "[url:value = 'x']"],
    ["[a:b <> 'x']", "[a:b != 'x']"],
    ["[a:b NOT = 'x']", "[a:b NOT = 'x']"],
    ["[a:b in ('x', 'y',3) and c:d like '%e']", "[a:b IN ('x', 'y', 3) AND c:d LIKE '%e']"],
    ['[a:b IN ()]', '[a:b IN ()]'],
    ["[file:hashes.'SHA-256' = 'ab']", "[file:hashes.'SHA-256' = 'ab']"],
    ["[file:'hashes'.MD5 = 'ab']", "[file:hashes.MD5 = 'ab']"],
    [
      "[domain-name:resolves_to_refs[*].value = 'x']",
      "[domain-name:resolves_to_refs[*].value = 'x']",
    ],
    ['[a:b[0].c[-1] > -1.5]', '[a:b[0].c[-1] > -1.5]'],
    ["[a:b = 'it\\'s a \\\\']", "[a:b = 'it\\'s a \\\\']"],
    ["[a:b = true OR a:b = b'QQ==' OR a:b >= t'2020-01-01T00:00:00Z' OR a:b = h'ff']", undefined],
    ['[EXISTS a:b.c]', undefined],
    ["[exists:b = 'x']", undefined],
    [
      '[a:b = 1 AND (a:b = 2 OR a:b = 3) OR a:b = 4]',
      '[(a:b = 1 AND (a:b = 2 OR a:b = 3)) OR a:b = 4]',
    ],
    ['[a:b = 1] OR [a:b = 2] AND [a:b = 3]', '[a:b = 1] OR ([a:b = 2] AND [a:b = 3])'],
    [
      '[a:b = 1] FOLLOWEDBY [a:b = 2] OR [a:b = 3]',
      '[a:b = 1] FOLLOWEDBY ([a:b = 2] OR [a:b = 3])',
    ],
    ['([a:b = 1] AND [a:b = 2]) WITHIN 5 SECONDS', undefined],
    ['[a:b = 1] REPEATS 5 TIMES WITHIN 1.5 SECONDS', undefined],
    ["[a:b = 1] START '2020' STOP '2021'", "[a:b = 1] START t'2020' STOP t'2021'"],
    ['[a:b /* why */ = 1] // so', '[a:b = 1]'],
  ])('%s', (text, expected) => {
    expect(printed(text)).toBe(expected ?? text);
  });

  test.each([
    ['', '[ is missing: the pattern ends at character 1'],
    ["url:value = 'x'", '[ is missing: "url" stands at character 1'],
    ["[url:value = 'x'", '] is missing: the pattern ends at character 17'],
    ["[url:value = 'x]", 'a text without its end, or a bad escape at character 14'],
    ["[url:value = 'a\\b']", 'a text without its end, or a bad escape at character 14'],
    ["[url = 'x']", ': is missing: "=" stands at character 6'],
    ["[url:value 'x']", `no comparison: "'x'" stands at character 12`],
    ['[url:value = x]', 'a value is missing: "x" stands at character 14'],
    ["[url:value = 'x'] [a:b = 1]", 'the end is expected: "[" stands at character 19'],
    ['[a:b = 1] WITHIN x SECONDS', 'a number of seconds is missing: "x" stands at character 18'],
    ['[a:b[x] = 1]', 'no place in a list: "x" stands at character 6'],
    ['[a:b = 1 ^ 2]', '"^" stands at character 10'],
    ['[a:b = 1 /* open', '"/" stands at character 10'],
  ])('faults are named with their place: %s', (text, expected) => {
    expect(printed(text)).toBe(`fault: ${expected}`);
  });
});

describe('limits', () => {
  test.each(['(', '[(', '[a:b=1]('])('depth: %s again and again', (opening) => {
    const text = `${opening.slice(0, -1)}${opening.slice(-1).repeat(100_000)}`;
    expect(parsePattern(text).ok).toBe(false);
  });

  test('depth of brackets and of qualifiers', () => {
    expect(printed(`${'('.repeat(60)}[a:b = 1]${')'.repeat(60)}`)).toBe('[a:b = 1]');
    expect(printed(`${'('.repeat(70)}[a:b = 1]${')'.repeat(70)}`)).toMatch(
      /^fault: nested too deep/,
    );
    expect(printed(`[a:b = 1]${' REPEATS 1 TIMES'.repeat(70)}`)).toMatch(/^fault: nested too deep/);
  });

  test('length; a long pattern within it is read, and so is its damage', () => {
    expect(printed(`[a:b = '${'x'.repeat(262_144)}']`)).toBe(
      'fault: longer than 262144 characters',
    );
    const many = Array.from({ length: 8000 }, (_, index) => `[a:b = ${index}]`).join(' OR ');
    expect(printed(many)).toBe(many);
    expect(parsePattern(`[a:b = '${'\\\\'.repeat(130_000)}`).ok).toBe(false);
    expect(parsePattern(`[a:b /*${'*'.repeat(260_000)}`).ok).toBe(false);
    expect(parsePattern(`[a:b${' '.repeat(260_000)}`).ok).toBe(false);
  });
});

const word = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/);
const step = fc.oneof(
  word.map((name) => ({ kind: 'name' as const, name })),
  fc.string().map((name) => ({ kind: 'name' as const, name })),
  fc.constantFrom('*', '0', '-2').map((index) => ({ kind: 'index' as const, index })),
);
const path: fc.Arbitrary<ObjectPath> = fc.record({
  type: fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/),
  steps: fc
    .tuple(fc.oneof(word, fc.string()), fc.array(step, { maxLength: 3 }))
    .map(([name, more]) => [{ kind: 'name' as const, name }, ...more]),
});
const literal: fc.Arbitrary<Literal> = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((text) => ({ kind: 'text' as const, text })),
  fc
    .string({ unit: fc.constantFrom("'", '\\', 'x') })
    .map((text) => ({ kind: 'text' as const, text })),
  fc.constantFrom('0', '-1', '+2', '3.25').map((text) => ({ kind: 'number' as const, text })),
  fc.constantFrom('true', 'false').map((text) => ({ kind: 'boolean' as const, text })),
  fc
    .tuple(fc.constantFrom('binary' as const, 'hex' as const, 'time' as const), fc.string())
    .map(([kind, text]) => ({ kind, text })),
);
const single = fc.constantFrom(
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'LIKE',
  'MATCHES',
  'ISSUBSET',
  'ISSUPERSET',
);
const comparisonTest: fc.Arbitrary<Comparison> = fc.oneof(
  fc.record({
    kind: fc.constant('test' as const),
    path,
    isNegated: fc.boolean(),
    operator: single,
    values: literal.map((value) => [value]),
  }),
  fc.record({
    kind: fc.constant('test' as const),
    path,
    isNegated: fc.boolean(),
    operator: fc.constant('IN' as const),
    values: fc.array(literal, { maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('exists' as const), path }),
);
const { comparison } = fc.letrec<{ comparison: Comparison }>((tie) => ({
  comparison: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    comparisonTest,
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('comparison'), { minLength: 2, maxLength: 4 }),
    }),
  ),
}));
const qualifier: fc.Arbitrary<Qualifier> = fc.oneof(
  fc.record({ kind: fc.constant('within' as const), seconds: fc.constantFrom('1', '2.5') }),
  fc.record({ kind: fc.constant('repeats' as const), times: fc.constantFrom('1', '7') }),
  fc.record({ kind: fc.constant('between' as const), start: fc.string(), stop: fc.string() }),
);
const { pattern } = fc.letrec<{ pattern: Pattern }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    comparison.map((test) => ({ kind: 'observation' as const, test })),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const, 'followed-by' as const),
      parts: fc.array(tie('pattern'), { minLength: 2, maxLength: 4 }),
    }),
    fc.record({ kind: fc.constant('qualified' as const), pattern: tie('pattern'), qualifier }),
  ),
}));

test('what is printed is read as the same tree', () => {
  fc.assert(
    fc.property(pattern, (tree) => {
      expect(parsePattern(printPattern(tree))).toEqual({ ok: true, value: tree });
    }),
    { numRuns: fuzzRuns(500) },
  );
});

test('no text makes the parser throw, and what it takes is printed and read again alike', () => {
  const piece = fc.constantFrom(
    ..."[ ] ( ) . , : = * ' \\ '' a:b 1 AND OR NOT IN LIKE EXISTS FOLLOWEDBY WITHIN SECONDS /* */ // t'".split(
      ' ',
    ),
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(' ')),
    fc.tuple(pattern, fc.nat(), fc.string({ maxLength: 2 })).map(([tree, at, text]) => {
      const good = printPattern(tree);
      const place = at % good.length;
      return `${good.slice(0, place)}${text}${good.slice(place + 1)}`;
    }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const first = parsePattern(text);
      if (!first.ok) expect(first.problem).toMatch(/at character \d+$/);
      else expect(parsePattern(printPattern(first.value))).toEqual(first);
    }),
    { numRuns: fuzzRuns(2000) },
  );
});
