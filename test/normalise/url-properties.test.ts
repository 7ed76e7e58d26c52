import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { normaliseUrl, normaliseUrlMask, parseIp } from '../../forwarder/normalise/index.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const value = (text: string): string | undefined => normaliseUrl(text)?.value;

/** Texts made of what the rules look at, and texts of anything. */
const piece = fc.constantFrom(
  ...['http://', 'FTP:', '//', '/', '\\', '.', '..', '/./', '/../', '?', '#', '@', ':', ':80', '*'],
  ...[
    'www.',
    'Example',
    '.com',
    'тест',
    'ΑΣ',
    'İ',
    'K',
    '。',
    ' ',
    '\t',
    '\u0000',
    '\u007f',
    '\ud800',
  ],
  ...[
    '%',
    '%2',
    '%25',
    '%2e',
    '%2F',
    '%5c',
    '%23',
    '%3F',
    '%2a',
    '%00',
    '%0A',
    '%20',
    '%d1%82',
    '%ff',
  ],
  ...['[', ']', '::1', '0x7f', '0112', '1.2.3.4', '+', 'a', 'B', '~', '&', '='],
);
const anyText = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 4, arbitrary: fc.array(piece, { maxLength: 12 }).map((all) => all.join('')) },
  {
    weight: 4,
    arbitrary: fc.array(piece, { maxLength: 12 }).map((all) => `a.com/${all.join('')}`),
  },
);

/** URLs of which nothing but the text after decoding can be read in two ways. */
const host = fc.constantFrom(
  ...['example.com', 'WWW.Example.com', 'a..b.com.', 'localhost', '0x7f.1', '[::FFFF:1.2.3.4]'],
  ...[
    '[2001:DB8:0::1]',
    'тест.рф',
    'u:p@example.com',
    'example.com:80',
    'ex%61mple.com',
    'www.com',
  ],
);
const segment = fc.constantFrom(
  ...['a', 'B.php', '', '.', '..', 'b\\c', '\\', 'a.', 'x y', 'т', 'Σ', '%d1%82', '%20', '%2e%2E'],
  ...['b%2fc', '%5C', '%ff', '%0a', 'c+d', '~!$&', ' '],
);
const query = fc.constantFrom(
  ...['', '?', '?a=B', '?a//b', '?a/.', '?/.', '??', '?a+b', '?%41', '?%20', '?a%00', '?%00', '?/'],
);
const steadyUrl = fc
  .tuple(
    fc.constantFrom('', 'http://', 'HTTPS:', '//'),
    host,
    fc.array(segment, { maxLength: 5 }).map((all) => all.map((one) => `/${one}`).join('')),
    query,
    fc.constantFrom('', '#', '#a'),
  )
  .map((parts) => parts.join(''));

describe('whatever the text', () => {
  test('nothing throws; a normal form is one line, lower case, without scheme, user and port', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const url = normaliseUrl(text);
        for (const normal of [url?.value, normaliseUrlMask(text)?.value]) {
          if (normal === undefined) continue;
          expect(normal).not.toMatch(/[A-Z\u0000-\u001f\u007f]|\/\/|:\/\//);
          expect(normal).not.toBe('');
          const authority = /^[^/?]*/.exec(normal)?.[0] ?? '';
          expect(authority).not.toMatch(/@|#|\\|\s|^\[.*\]./);
          if (!authority.startsWith('[')) expect(authority).not.toContain(':');
          expect(normal).not.toMatch(/^[^?]*\/(?:\.{1,2}(?:\/|$)|$)/);
        }
        if (url === undefined) return;
        const shownHost = url.host.includes(':') ? `[${url.host}]` : url.host;
        expect(url.value.startsWith(shownHost)).toBe(true);
        expect(text).toContain(url.hostText);
        if (url.host.includes(':')) expect(parseIp(url.host)).toBe(url.host);
      }),
      { numRuns: fuzzRuns(5000) },
    );
  });

  test('the fragment never matters, a fragment with escapes included', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('', 'x', '%zz', '/?#', '\n'), (text, fragment) => {
        const url = text.replaceAll('#', '');
        expect(value(`${url}#${fragment}`)).toBe(value(url));
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });

  test('scheme, user, www., port and letter case never matter', () => {
    const before = fc.constantFrom('http://', 'HTTPS://', 'ftp:', 'foo://', '//', 'u@', 'x://u:p@');
    const after = fc.constantFrom('', ':', ':80', '.', '.:443');
    const path = fc.array(segment, { maxLength: 3 }).map((all) => `/${all.join('/')}`);
    fc.assert(
      fc.property(before, fc.boolean(), after, path, query, (head, www, tail, folder, end) => {
        const name = `${www ? 'wWw.' : ''}eXample.COM`;
        expect(value(`${head}${name}${tail}${folder}${end}`)).toBe(
          value(`example.com${folder}${end}`.toLowerCase()),
        );
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });

  test('a text of a million characters takes no notable time', () => {
    const many = 1_000_000;
    for (const unit of [
      '/',
      '/ ',
      '/.',
      '/..',
      '%',
      '%2f',
      '%20',
      '\\',
      '?',
      '.',
      '*',
      '@',
      ':',
      '//. ',
    ]) {
      for (const text of [
        `a.com/${unit.repeat(many / unit.length)}`,
        unit.repeat(many / unit.length),
      ]) {
        normaliseUrl(text);
        normaliseUrlMask(text);
      }
    }
    expect(value(`a.com/${'/ '.repeat(many / 2)}`)).toBe('a.com');
    expect(value(`a.com/b?${'/. '.repeat(many / 3)}`)).toBe('a.com/b?');
  });
});

describe('a normal form is its own normal form', () => {
  test('unless decoding brought forth %, # or ?', () => {
    fc.assert(
      fc.property(steadyUrl, (text) => {
        const once = value(text);
        if (once === undefined) return;
        expect(value(once)).toBe(once);
      }),
      { numRuns: fuzzRuns(5000) },
    );
  });

  test.each([
    ['a.com/%2541', 'a.com/%41', 'a.com/a'],
    ['a.com/b%23c', 'a.com/b#c', 'a.com/b'],
    ['www.www.a.com', 'www.a.com', 'a.com'],
  ])('what these exceptions look like: %s', (text, once, twice) => {
    expect(value(text)).toBe(once);
    expect(value(once)).toBe(twice);
  });
});

describe('masks', () => {
  test('without *, a mask has the normal form of the URL', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const url = text.replaceAll('*', '').replaceAll(/%2a/gi, '');
        expect(normaliseUrlMask(url)?.value).toBe(value(url));
      }),
      { numRuns: fuzzRuns(2000) },
    );
  });

  test('the number of wildcards never grows', () => {
    const stars = (text: string): number => text.split('*').length - 1;
    fc.assert(
      fc.property(anyText, (text) => {
        const mask = normaliseUrlMask(text)?.value;
        if (mask !== undefined) expect(stars(mask)).toBeLessThanOrEqual(stars(text));
      }),
      { numRuns: fuzzRuns(3000) },
    );
  });

  test('the normal form of a mask of steady parts is its own normal form', () => {
    const masks = fc
      .tuple(steadyUrl, fc.constantFrom('', '/*', '?*', '*'))
      .map(([url, end]) => `${url.replace(/#.*$/, '')}${end}`);
    fc.assert(
      fc.property(masks, (text) => {
        const once = normaliseUrlMask(text)?.value;
        if (once === undefined) return;
        expect(normaliseUrlMask(once)?.value).toBe(once);
      }),
      { numRuns: fuzzRuns(3000) },
    );
  });

  test('a folder mask holds the folder, so that it is the beginning of the URLs below', () => {
    const folders = fc.array(segment, { minLength: 1, maxLength: 4 }).map((all) => all.join('/'));
    fc.assert(
      fc.property(host, folders, (name, folder) => {
        const mask = normaliseUrlMask(`${name}/${folder}/*`)?.value;
        const below = value(`${name}/${folder}/below`);
        if (mask === undefined || below === undefined) return;
        expect(below).toBe(`${mask.slice(0, -1)}below`);
      }),
      { numRuns: fuzzRuns(2000) },
    );
  });
});
