import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RE2JS } from 're2js';

import { translateExpression } from '../../../forwarder/config/cybertrace/expressions/translate.js';

/** An expression for Boost, and the same for JavaScript: `never` empty. */
interface Pair {
  readonly boost: string;
  readonly script: string;
}

const atom = fc.constantFrom(
  'a',
  'b',
  '1',
  ',',
  ' ',
  '.',
  '\\d',
  '\\w',
  '\\s',
  '\\S',
  '[ab]',
  '[^,]',
  '[\\da]',
);
const repeat = fc.constantFrom('', '', '', '+', '*', '?', '{2}', '{1,2}', '+?', '*?');
let names = 0;

/** A repeat that never goes back, which JavaScript says by a look-ahead and a back-reference. */
const possessive = fc.tuple(atom, fc.constantFrom('+', '*', '?')).map(([one, count]): Pair => {
  names += 1;
  return { boost: `${one}${count}+`, script: `(?=(?<p${names}>${one}${count}))\\k<p${names}>` };
});
const plain = fc.tuple(atom, repeat).map(([one, count]): Pair => ({
  boost: one + count,
  script: one + count,
}));
const sequence = (pieces: readonly Pair[]): Pair => ({
  boost: pieces.map(({ boost }) => boost).join(''),
  script: pieces.map(({ script }) => script).join(''),
});
const piece = fc.oneof({ arbitrary: plain, weight: 4 }, { arbitrary: possessive, weight: 1 });
const pieces = fc.array(piece, { minLength: 1, maxLength: 4 }).map(sequence);
const choice = fc.tuple(pieces, pieces).map(([one, other]): Pair => ({
  boost: `(?:${one.boost}|${other.boost})`,
  script: `(?:${one.script}|${other.script})`,
}));
const atomic = fc.tuple(pieces, atom).map(([inner, after]): Pair => {
  names += 1;
  return {
    boost: `(?>${inner.boost})${after}`,
    script: `(?=(?<p${names}>${inner.script}))\\k<p${names}>${after}`,
  };
});
const value = fc
  .tuple(fc.oneof(pieces, choice, atomic), fc.boolean())
  .map(([inner, isGroup]): Pair =>
    isGroup ? { boost: `(${inner.boost})`, script: `(?<v>${inner.script})` } : inner,
  );
const look = fc.constantFrom(
  '',
  '',
  '(?=,)',
  '(?=\\s|$)',
  '(?=a)',
  '(?!\\d)',
  '(?!\\w)',
  '(?![ab])',
  '(?=,1)',
);
const behind = fc.constantFrom('', '', '(?<=,)', '(?<=^|\\s)', '(?<!\\d)', '(?<!\\w)', '(?<=b )');
const expression = fc
  .tuple(behind, value, look)
  .map(([before, { boost, script }, after]): Pair => ({
    boost: before + boost + after,
    script: before + script + after,
  }));
const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', ',', ' '), maxLength: 24 });

/** What JavaScript extracts; undefined when a match is empty, of which engines go on differently. */
function byScript(pattern: string, subject: string): readonly string[] | undefined {
  const found = [...subject.matchAll(new RegExp(pattern, 'g'))];
  if (found.some(([whole]) => whole === '')) return undefined;
  return found.map((match) => match.groups?.['v'] ?? match[0]);
}

function byRe2(pattern: string, subject: string): readonly string[] {
  const matcher = RE2JS.compile(pattern).matcher(subject);
  const found: string[] = [];
  while (matcher.find()) found.push(matcher.group(matcher.groupCount() > 0 ? 1 : 0) ?? '');
  return found;
}

describe('translated expressions against the engine of JavaScript', () => {
  test('what is called equal extracts the same values, all of them', () => {
    let compared = 0;
    let withLook = 0;
    let withoutWayBack = 0;
    fc.assert(
      fc.property(
        expression,
        fc.array(text, { minLength: 4, maxLength: 8 }),
        ({ boost, script }, texts) => {
          const result = translateExpression(boost, { purpose: 'all', hasConcatenate: false });
          if (result.kind !== 'equal') return;
          for (const subject of texts) {
            const expected = byScript(script, subject);
            if (expected === undefined) continue;
            compared += 1;
            if (/\(\?<?[=!]/.test(boost)) withLook += 1;
            if (/[+*?]\+|\(\?>/.test(boost)) withoutWayBack += 1;
            expect({
              boost,
              pattern: result.pattern,
              subject,
              values: byRe2(result.pattern, subject),
            }).toEqual({
              boost,
              pattern: result.pattern,
              subject,
              values: expected,
            });
          }
        },
      ),
      { numRuns: 500 },
    );
    expect(compared).toBeGreaterThan(300);
    expect(withLook).toBeGreaterThan(20);
    expect(withoutWayBack).toBeGreaterThan(20);
  });

  test('to test a text, what is called equal matches where JavaScript does', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        expression,
        fc.array(text, { minLength: 4, maxLength: 8 }),
        ({ boost, script }, texts) => {
          const result = translateExpression(boost, { purpose: 'test', hasConcatenate: false });
          if (result.kind !== 'equal') return;
          for (const subject of texts) {
            compared += 1;
            const isFound = RE2JS.compile(result.pattern).matcher(subject).find();
            expect({ boost, pattern: result.pattern, subject, isFound }).toEqual({
              boost,
              pattern: result.pattern,
              subject,
              isFound: new RegExp(script).test(subject),
            });
          }
        },
      ),
      { numRuns: 500 },
    );
    expect(compared).toBeGreaterThan(300);
  });

  test('the first value of what is called changed is the same', () => {
    fc.assert(
      fc.property(expression, text, ({ boost, script }, subject) => {
        const result = translateExpression(boost, { purpose: 'first', hasConcatenate: false });
        if (result.kind !== 'changed' || result.pattern.includes('\\b')) return;
        const expected = byScript(script, subject);
        if (expected === undefined || expected.length === 0) return;
        expect(byRe2(result.pattern, subject)[0]).toBe(expected[0]);
      }),
      { numRuns: 500 },
    );
  });

  test('any text is translated or refused, never more', () => {
    const noise = fc.string({
      unit: fc.constantFrom(
        ...Array.from(String.raw`()[]{}|?*+^$.\<>=!:#-,ab1PQEKRhZxpkg&'"`),
        'Я',
        '\n',
      ),
      maxLength: 30,
    });
    fc.assert(
      fc.property(noise, fc.constantFrom('test', 'first', 'all', 'replace'), (subject, purpose) => {
        const result = translateExpression(subject, { purpose, hasConcatenate: false });
        if (result.kind === 'refused') expect(result.hint).not.toBe('');
        else expect(() => RE2JS.compile(result.pattern)).not.toThrow();
      }),
      { numRuns: 1000 },
    );
  });
});
