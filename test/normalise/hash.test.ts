import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { hashKindOfLength, isHexDigit, normaliseHash } from '../../forwarder/normalise/index.js';

const kinds = [
  ['md5', 32],
  ['sha1', 40],
  ['sha256', 64],
] as const;

describe('normaliseHash', () => {
  test.each([
    ['md5', 'FEAF2058298C1E174C2B79AFFC7CF4DF'],
    ['sha1', '3395856CE81F2B7382DEE72602F798B642F14140'],
    ['sha256', '275A021BBFB6489E54D471899F7DB9D1663FC695EC2FE2A2C4538AABF651FD0F'],
  ])('%s in capitals, small letters and both', (kind, upper) => {
    const lower = upper.toLowerCase();
    const mixed = `${upper.slice(0, 9)}${lower.slice(9)}`;
    for (const text of [upper, lower, mixed, ` ${upper}\r\n`]) {
      expect(normaliseHash(text)).toEqual({ kind, value: lower });
    }
  });

  test.each(kinds)('%s: letter case never matters', (kind, digits) => {
    const digit = fc.constantFrom(...Array.from('0123456789abcdefABCDEF'));
    fc.assert(
      fc.property(fc.string({ unit: digit, minLength: digits, maxLength: digits }), (text) => {
        const expected = { kind, value: text.toLowerCase() };
        expect(normaliseHash(text)).toEqual(expected);
        expect(normaliseHash(text.toUpperCase())).toEqual(expected);
        expect(normaliseHash(expected.value)).toEqual(expected);
      }),
    );
  });

  test.each(kinds)(
    '%s: one digit more or less, or another character, is no hash',
    (_kind, digits) => {
      const hash = 'a'.repeat(digits);
      expect(normaliseHash(hash.slice(1))).toBeUndefined();
      expect(normaliseHash(`${hash}a`)).toBeUndefined();
      for (const other of ['g', 'G', '-', ':', '/', '@', '`', ' ', '\0', 'а', '１']) {
        expect(normaliseHash(`${hash.slice(0, 8)}${other}${hash.slice(9)}`)).toBeUndefined();
        expect(normaliseHash(`${hash.slice(1)}${other}`)).toBeUndefined();
      }
    },
  );

  test('other lengths are no hash, whatever they hold', () => {
    expect(normaliseHash('')).toBeUndefined();
    for (let length = 0; length <= 130; length++) {
      const isHash = [32, 40, 64].includes(length);
      expect(normaliseHash('0'.repeat(length)) !== undefined).toBe(isHash);
      expect(hashKindOfLength(length) !== undefined).toBe(isHash);
    }
  });

  test('any text: never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 70 }), (any) => {
        const found = normaliseHash(any);
        if (found !== undefined) expect(found.value).toMatch(/^[0-9a-f]+$/);
      }),
    );
  });
});

test('isHexDigit knows exactly the 22 digits', () => {
  const all = Array.from({ length: 0x300 }, (_, code) => code).filter(isHexDigit);
  expect(String.fromCharCode(...all)).toBe('0123456789ABCDEFabcdef');
});
