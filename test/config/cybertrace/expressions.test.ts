import { describe, expect, test } from '@jest/globals';

import type { ExpressionUse } from '../../../forwarder/config/cybertrace/expressions/look-around.js';
import { translateExpression } from '../../../forwarder/config/cybertrace/expressions/translate.js';

const use = (purpose: ExpressionUse['purpose'], hasConcatenate = false): ExpressionUse => ({
  purpose,
  hasConcatenate,
});

/** The pattern an expression becomes, with `changed ` before it where it means something else. */
function translated(text: string, purpose: ExpressionUse['purpose'] = 'first'): string {
  const result = translateExpression(text, use(purpose));
  switch (result.kind) {
    case 'equal':
      return result.pattern;
    case 'changed':
      return `changed ${result.pattern}`;
    case 'refused':
      return `refused: ${result.reason}`;
    default:
      return result satisfies never;
  }
}

describe('what needs no change keeps its text', () => {
  test.each([
    String.raw`url=(.*?)(?:$|\s)`,
    String.raw`([\da-fA-F]{32})`,
    String.raw`[^\|]*\|([^\|]*\|[^\|]*)\|`,
    String.raw`dvc\=(\d{1,3}.\d{1,3}.\d{1,3}.\d{1,3})(?:$|\s|\,)`,
    String.raw`OBSERVED\s"(?:.*?)"\s(.*?)\s`,
    String.raw`http\s(.*?)\s\d+\s(.*?)\s`,
    String.raw`filePath=([^\s]*?)\s`,
    String.raw`(?i)user=(?-i:X)[[:alpha:]_-]+\p{L}`,
    String.raw`\A"[]\]a-z]{2,}"\z`,
  ])('%s', (text) => {
    expect(translateExpression(text, use('all'))).toEqual({
      kind: 'equal',
      pattern: text,
      notes: [],
    });
  });
});

describe('what RE2 writes in another way', () => {
  test.each([
    [String.raw`(?<name>a)(?'other'b)(?P<third>c)`, '(a)(b)(c)'],
    [String.raw`a(?#a comment)b`, 'ab'],
    ['(?x) a b # said\n (c)', 'ab(c)'],
    [String.raw`\h+\R`, String.raw`[\t ]+(?:\r\n|[\n\x0b\f\r\x{85}\x{2028}\x{2029}])`],
    [String.raw`end\Z`, String.raw`end\z`],
    ["\\`a\\'", String.raw`\Aa\z`],
    [String.raw`\Qa.b\E+`, String.raw`a\.b+`],
    [String.raw`\e\cA\011\x41\x{42}`, String.raw`\x1b\x{1}\x{9}\x{41}\x{42}`],
    [String.raw`[\h\e[:d:][.-.]]`, String.raw`[\t \x1b[:digit:]\-]`],
    [String.raw`\l\u\p{alpha}\P{digit}`, '[[:lower:]][[:upper:]][[:alpha:]][[:^digit:]]'],
    [String.raw`\y\Я`, 'yЯ'],
    [String.raw`user=([^;]++);`, 'user=([^;]+);'],
    [String.raw`(?>a|b)c`, '(?:a|b)c'],
    [String.raw`a(?>bc*)`, 'a(?:bc*)'],
    [String.raw`foo\Kbar`, 'foo(bar)'],
    [String.raw`(foo)\Kbar`, '(foo)bar'],
    [String.raw`([\da-f]{32})(?=\s|$)`, String.raw`([\da-f]{32})(?:\s|$)`],
    [String.raw`[\da-f]{32}(?![\da-f])`, String.raw`([\da-f]{32})(?:$|[^\da-f])`],
    [String.raw`(?<=,)(\d+)`, String.raw`(?:,)(\d+)`],
    [String.raw`x(?!\w)`, String.raw`(x)(?:$|\W)`],
  ])('%s', (text, expected) => {
    expect(translated(text, 'all')).toBe(expected);
  });
});

describe('what changes a little, and says so', () => {
  test('an edge of hexadecimal digits on both sides becomes the edge of a word', () => {
    const result = translateExpression(
      String.raw`(?<![\da-fA-F])([\da-fA-F]{32})(?![\da-fA-F])`,
      use('all'),
    );
    expect(result).toEqual({
      kind: 'changed',
      pattern: String.raw`(?:^|[^\da-fA-F])([\da-fA-F]{32})\b`,
      notes: [expect.stringContaining('(?!…) became \\b')],
    });
  });

  test('what a first value is looked at with is matched too', () => {
    expect(translated(String.raw`(\S+)(?=,)`, 'first')).toBe(String.raw`changed (\S+)(?:,)`);
    expect(translated(String.raw`(?<=url=)\S+`, 'all')).toBe(String.raw`changed (?:url=)(\S+)`);
  });
});

describe('what has no equal', () => {
  test.each<readonly [string, ExpressionUse['purpose'], string]>([
    [String.raw`(["']).*?\1`, 'first', 'the back-reference \\1'],
    [String.raw`(a)\k<n>`, 'first', 'the back-reference \\k'],
    [String.raw`a(?=b)c`, 'first', 'look-ahead in the middle'],
    [String.raw`a(?<!b)c`, 'first', 'look-behind in the middle'],
    [String.raw`(\S+)(?=,)`, 'all', 'look-ahead (?=…) or (?!…)'],
    [String.raw`(?<=a)b`, 'replace', 'look-behind (?<…)'],
    [String.raw`a++a`, 'first', 'the possessive ++'],
    [String.raw`(?>a|ab)c`, 'first', 'the atomic group (?>…)'],
    [String.raw`(?(1)a|b)`, 'first', '(?(1)…)'],
    [String.raw`(?R)`, 'first', '(?R)…)'],
    [String.raw`(*FAIL)`, 'first', 'a verb (*…)'],
    [String.raw`a\G`, 'first', '\\G'],
    ['(a', 'first', 'a ( that is not closed'],
    ['a)', 'first', 'a ) without its ('],
    ['[a', 'first', 'a class that is not closed'],
    ['a\\', 'first', 'a single backslash at its end'],
    ['a{1,2000}', 'first', 'invalid repeat count: `{1,2000}`'],
  ])('%s (%s)', (text, purpose, reason) => {
    const result = translateExpression(text, use(purpose));
    expect(result).toEqual({ kind: 'refused', reason, hint: expect.stringMatching(/\w{4}/) });
  });

  test('groups that are put together by number cannot get one more', () => {
    const [text, concatenate] = [String.raw`\d+(?=;)`, true];
    expect(translateExpression(text, use('first', concatenate)).kind).toBe('refused');
    expect(translateExpression(text, use('first')).kind).toBe('equal');
  });

  test('nesting and length are bounded', () => {
    expect(translated('('.repeat(500))).toContain('refused: groups nested too deeply');
    expect(translated('a'.repeat(20_000))).toContain('refused: more than 16384 characters');
  });
});

describe('\\< and \\>', () => {
  test.each([
    // CyberTrace help, page 198870: the priority of a syslog line.
    [String.raw`^\<(\d+)\>`, String.raw`^<(\d+)>`],
    [String.raw`\<\d+\>.*squid`, String.raw`<\d+>.*squid`],
    // A word: an edge on both sides.
    [String.raw`\<admin\>`, String.raw`\badmin\b`],
    [String.raw`\<(?:root|admin)\>`, String.raw`\b(?:root|admin)\b`],
    // What no edge can stand before.
    [String.raw`\<url\>(.*?)\<\/url\>`, String.raw`<url>(.*?)<\/url>`],
    [String.raw`[\<\>]`, String.raw`[\<\>]`],
    [String.raw`[[:<:]]id[[:>:]]`, String.raw`\bid\b`],
  ])('%s', (text, expected) => {
    expect(translated(text, 'test')).toBe(expected);
  });
});
