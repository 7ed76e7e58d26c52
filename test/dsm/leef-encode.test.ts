import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
  attributeKey,
  attributeValue,
  cleanText,
  decodeLeef,
  encodeLeef,
  headerField,
} from '../../dsm/index.js';

const header = { vendor: 'V', product: 'P', version: '1', eventId: 'E' };

describe('values', () => {
  test.each([
    ['TAB', 'a\tb', 'a b'],
    ['CR LF', 'a\r\nb', 'a  b'],
    ['NUL', 'a\0b', 'a b'],
    ['ESC (terminal colours)', '\u001b[31mred', '[31mred'],
    ['DEL', 'a\u007fb', 'a b'],
    ['NEL, a C1 control', 'a\u0085b', 'a b'],
    ['line separator', 'a\u2028b', 'a b'],
    ['paragraph separator', 'a\u2029b', 'a b'],
    ['a lone high surrogate', 'a\ud83db', 'a b'],
    ['a lone low surrogate', 'a\ude00b', 'a b'],
    ['a whole character beyond the basic plane', 'a😀b', 'a😀b'],
    ['pipe, equals and backslash stay', 'a|b=c\\d\\t', 'a|b=c\\d\\t'],
    ['outer blanks', '  a b \t', 'a b'],
    ['an outer no-break space', '\u00a0a\u00a0', 'a'],
    ['Cyrillic', 'пример', 'пример'],
    ['empty', '', '-'],
    ['only controls', '\t\r\n', '-'],
  ])('%s', (_name, text, expected) => {
    expect(attributeValue(text)).toBe(expected);
  });

  test('cleaning twice changes nothing more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(cleanText(cleanText(text))).toBe(cleanText(text));
      }),
    );
  });
});

describe('keys', () => {
  test.each([
    ['first_seen', 'first_seen'],
    ['first-seen', 'first_seen'],
    ['a b=c\td', 'a_b_c_d'],
    ['ключ', '____'],
    ['__proto__', '__proto__'],
    ['', '_'],
    ['k'.repeat(300), 'k'.repeat(255)],
  ])('%j becomes %j', (name, key) => {
    expect(attributeKey(name)).toBe(key);
  });
});

describe('header fields', () => {
  test.each([
    ['KL_Malicious_URL', 'KL_Malicious_URL'],
    ['a|b', 'a_b'],
    ['a\tb\nc', 'a_b_c'],
    ['Ereignis 😀 ü', 'Ereignis _ _'],
    ['', '-'],
    ['  ', '-'],
    ['x'.repeat(300), 'x'.repeat(255)],
  ])('%j becomes %j', (text, field) => {
    expect(headerField(text)).toBe(field);
  });
});

describe('encodeLeef', () => {
  test('writes the header with its closing pipe, then TAB-separated pairs in order', () => {
    const line = encodeLeef(
      { vendor: 'Kaspersky Lab', product: 'Threat Feed Service', version: '2.0', eventId: 'KL_X' },
      [
        ['url', 'example.com/a?b=c'],
        ['md5', ''],
      ],
    );
    expect(line).toBe(
      'LEEF:1.0|Kaspersky Lab|Threat Feed Service|2.0|KL_X|url=example.com/a?b=c\tmd5=-',
    );
  });

  test('without attributes the line still ends with a pipe', () => {
    expect(encodeLeef(header, [])).toBe('LEEF:1.0|V|P|1|E|');
  });

  test('a key comes once, the first wins; letter case makes another key', () => {
    const line = encodeLeef(header, [
      ['a-b', '1'],
      ['a_b', '2'],
      ['A_b', '3'],
    ]);
    expect(line).toBe('LEEF:1.0|V|P|1|E|a_b=1\tA_b=3');
  });

  test('whatever the texts, the line reads back as exactly what was meant', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(text, fc.array(fc.tuple(text, text)), (eventId, attributes) => {
        const line = encodeLeef({ ...header, eventId }, attributes);
        expect(line).not.toMatch(/[\r\n\0\u0085\u2028\u2029]/);
        expect(line).not.toMatch(/\p{Surrogate}/u);
        const decoded = decodeLeef(line);
        if (!decoded.ok) throw new Error(decoded.problem);
        const expected = new Map<string, string>();
        for (const [name, value] of attributes) {
          const key = attributeKey(name);
          if (!expected.has(key)) expected.set(key, attributeValue(value));
        }
        expect(decoded.event.eventId).toBe(headerField(eventId));
        expect([...decoded.event.attributes]).toEqual([...expected]);
      }),
    );
  });
});
