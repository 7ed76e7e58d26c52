import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
  accountText,
  indicatorsText,
  leftOutTable,
  spanText,
} from '../../forwarder/commands/support/feeds/tables.js';
import { printable, sizeText } from '../../forwarder/commands/support/table.js';

describe('texts about feeds', () => {
  test('all that a file holds is accounted for', () => {
    const leftOut = [
      { why: 'syntax', count: 2, first: [3, 9], example: 'left out: x' },
      { why: 'filter', count: 1, first: [], example: 'y' },
    ] as const;
    const outcome = {
      read: 8,
      records: 9,
      retained: 2,
      indicators: { ip: 3, url: 4 },
      passed: { comment: 2, blank: 1 },
      leftOut,
    };
    expect(accountText(outcome)).toBe(
      '8 read, 7 used, 2 kept that left the feed, 3 left out; passed over: 2 comments, 1 blank line',
    );
    expect(indicatorsText(outcome)).toBe('url 4, ip 3');
    expect(indicatorsText({ indicators: {} })).toBe('none');
  });

  test('reasons: the commonest first, with the first places', () => {
    const text = leftOutTable([
      { why: 'filter', count: 1, first: [], example: 'y' },
      { why: 'syntax', count: 12, first: [3, 9, 10, 11, 12, 13], example: 'left out: x' },
    ]);
    const lines = text.split('\n');
    expect(lines[1]).toMatch(/^syntax +12 +3, 9, 10, 11, 12, … +left out: x$/);
    expect(lines[2]).toMatch(/^filter +1 +- +y$/);
  });

  test.each([
    [0, '0 s'],
    [-5, '0 s'],
    [119_000, '119 s'],
    [120_000, '2 min'],
    [7_199_999, '119 min'],
    [7_200_000, '2 h'],
    [3 * 86_400_000, '3 d'],
  ])('%d ms is %s', (ms, text) => {
    expect(spanText(ms)).toBe(text);
  });

  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [3 * 2 ** 30, '3.0 GiB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });

  test('what a terminal would obey is shown as text', () => {
    expect(printable('a\u001b[31mb\r\nc\u202ed')).toBe('a\\u001b[31mb\\u000d\\u000ac\\u202ed');
    expect(printable('x'.repeat(300), 10)).toBe(`${'x'.repeat(10)}…`);
  });

  test('nothing that is printed moves the cursor, whatever a feed says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
      }),
    );
  });
});
