import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { normalisePlainUrl } from '../../forwarder/normalise/plain-url.js';
import { normaliseByRules } from '../../forwarder/normalise/url.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const scheme = fc.constantFrom('http://', 'https://', 'HTTP://', 'ftp://', 'http:', '//', '');
const label = fc.constantFrom(
  ...[
    'example',
    'a-b_c',
    'Mixed',
    'www',
    '10',
    '0x7f',
    '08',
    '*',
    'xn--e1aybc',
    'a*',
    '',
    'т',
    '%41',
  ],
);
const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const piece = fc.constantFrom(
  ...[
    '/',
    '/',
    '/',
    'a',
    'B.php',
    '.',
    '..',
    '*',
    '?',
    '?',
    '#',
    'x=1',
    '&',
    '~!$',
    '%20',
    '%',
    '\\',
  ],
  ...[' ', '\t', 'т', '@', ':80', '[', '"', '+', ';', 'http://'],
);
const tail = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
const anyUrl = fc.tuple(scheme, host, tail).map((parts) => parts.join(''));

/** The same without what only the rules can read. */
const plainTail = fc
  .array(fc.constantFrom('/a', '/B.php', '/~b', '/-_', '/x*'), { maxLength: 4 })
  .chain((segments) =>
    fc
      .constantFrom('', '/', '?q=1', '/?q=http:/x', '?a??', '#top', '/#', '?Q=1#a/../b')
      .map((end) => segments.join('') + end),
  );
const plainUrl = fc
  .tuple(
    fc.constantFrom('http://', 'https://', ''),
    fc.constantFrom('example.com', 'WWW.Example.com', '10.0.0.1', 'localhost', 'a-b_c.d', '0x7f.1'),
    plainTail,
  )
  .map((parts) => parts.join(''));

describe('a URL that is read in one pass', () => {
  test.each([
    ['URL', false],
    ['mask', true],
  ])('has the normal form that the rules give it, as a %s', (_, isMask) => {
    let plain = 0;
    fc.assert(
      fc.property(fc.oneof(anyUrl, plainUrl, fc.string()), (text) => {
        const found = normalisePlainUrl(text, isMask);
        if (found === undefined) return;
        plain++;
        expect(found).toEqual(normaliseByRules(text, isMask));
      }),
      { numRuns: fuzzRuns(8000) },
    );
    expect(plain).toBeGreaterThan(1000);
  });

  test('is every URL of the usual kind', () => {
    fc.assert(
      fc.property(plainUrl, (text) => {
        expect(normalisePlainUrl(text, false)).toBeDefined();
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });
});
