import { describe, expect, test } from '@jest/globals';

import { parseMask } from '../../forwarder/matching/index.js';
import { matchesGlob } from '../../forwarder/matching/glob.js';

import { indexOf, observable } from './feeds.js';

/** The tables of docs/reference/masks.md. */
const tables: readonly {
  readonly kind: string;
  readonly mask: string;
  readonly covers: readonly string[];
  readonly leavesAlone: readonly string[];
}[] = [
  {
    kind: 'host',
    mask: 'domain.com',
    covers: [
      'url:http://domain.com',
      'url:http://www.domain.com:8080/long/path?x=1#top',
      'url:domain.com?x',
      'domain:domain.com',
      'domain:WWW.Domain.com',
    ],
    leavesAlone: [
      'url:http://sub.domain.com/',
      'domain:sub.domain.com',
      'url:http://other.com/domain.com',
    ],
  },
  {
    kind: 'host',
    mask: '172.12.168.2',
    covers: ['url:http://172.12.168.2/x', 'url:http://0xac.12.168.2/', 'ip:172.12.168.2'],
    leavesAlone: ['ip:172.12.168.20', 'url:http://1172.12.168.2/'],
  },
  {
    kind: 'site',
    mask: 'domain.com/*',
    covers: ['url:http://domain.com/', 'url:http://domain.com/a/b', 'url:http://domain.com/?x=1'],
    leavesAlone: ['url:http://sub.domain.com/a', 'domain:domain.com'],
  },
  {
    kind: 'domain',
    mask: '*.subdomain.domain.com',
    covers: [
      'url:http://subdomain.domain.com',
      'url:http://a.subdomain.domain.com/x',
      'url:http://b.a.subdomain.domain.com/x?y',
      'domain:subdomain.domain.com',
      'domain:a.subdomain.domain.com',
    ],
    leavesAlone: [
      'url:http://domain.com/',
      'url:http://other.domain.com/',
      'url:http://notsubdomain.domain.com/',
      'domain:domain.com',
    ],
  },
  {
    kind: 'folder',
    mask: 'subdomain.domain.com/folder/*',
    covers: [
      'url:http://subdomain.domain.com/folder',
      'url:http://subdomain.domain.com/folder/',
      'url:http://subdomain.domain.com/folder/a/b.html?x=1',
      'url:http://subdomain.domain.com/Folder/?x=1',
      'url:http://subdomain.domain.com/other/../folder/a',
    ],
    leavesAlone: [
      'url:http://a.subdomain.domain.com/folder/a',
      'url:http://subdomain.domain.com/folder2/a',
      'url:http://subdomain.domain.com/folder?x=1',
      'url:http://subdomain.domain.com/',
      'domain:subdomain.domain.com',
    ],
  },
  {
    kind: 'folder',
    mask: '172.12.168.2/folder/*',
    covers: ['url:http://172.12.168.2/folder/a', 'url:http://2886510594/folder/a'],
    leavesAlone: ['url:http://172.12.168.2/other/a', 'ip:172.12.168.2'],
  },
  {
    kind: 'script',
    mask: 'domain.com/folder/load.php?*',
    covers: [
      'url:http://domain.com/folder/load.php?',
      'url:http://domain.com/folder/load.php?id=1',
      'url:http://domain.com/folder/./LOAD.php?id=%31',
    ],
    leavesAlone: [
      'url:http://domain.com/folder/load.php',
      'url:http://sub.domain.com/folder/load.php?id=1',
      'url:http://domain.com/other/load.php?id=1',
    ],
  },
  {
    kind: 'script',
    mask: 'domain.com/.sys/?*',
    covers: ['url:http://domain.com/.sys/?getexe=1'],
    leavesAlone: ['url:http://domain.com/.sys', 'url:http://domain.com/.sys/a?b=1'],
  },
  {
    kind: 'exact',
    mask: 'domain.com/a/b.php?x=1',
    covers: ['url:https://www.domain.com:443/a//b.php?X=1#y'],
    leavesAlone: [
      'url:http://domain.com/a/b.php?x=12',
      'url:http://domain.com/a/b.php',
      'domain:domain.com',
    ],
  },
  {
    kind: 'wildcard',
    mask: '*/gate*.php',
    covers: [
      'url:http://a.com/gate.php',
      'url:http://b.org/x/y/gate12.php',
      'url:http://b.org/gate/x.php',
    ],
    leavesAlone: ['url:http://a.com/gate.php?x', 'url:http://a.com/gat.php', 'domain:gate.php'],
  },
  {
    kind: 'wildcard',
    mask: 'domain.com*',
    covers: ['url:http://domain.com', 'url:http://domain.com/a', 'url:http://domain.community/a'],
    leavesAlone: ['url:http://sub.domain.com/', 'domain:domain.com'],
  },
  {
    kind: 'wildcard',
    mask: 'domain.com/abc*xyz',
    covers: ['url:http://domain.com/abcxyz', 'url:http://domain.com/abc/1?2=xyz'],
    leavesAlone: ['url:http://domain.com/abcxy', 'url:http://domain.com/abyz'],
  },
];

for (const { kind, mask, covers, leavesAlone } of tables) {
  describe(`${kind} mask ${mask}`, () => {
    const { index } = indexOf({ name: 'A', records: [`mask:${mask}`] });
    test('is read from its text', () => {
      const value = index.find(observable(covers[0] ?? ''))[0]?.indicator.value ?? '';
      expect(parseMask(value).kind).toBe(kind);
    });
    test.each(covers)('covers %s', (text) => {
      expect(index.find(observable(text))).toHaveLength(1);
    });
    test.each(leavesAlone)('does not cover %s', (text) => {
      expect(index.find(observable(text))).toEqual([]);
    });
  });
}

describe('matchesGlob', () => {
  test.each([
    ['*', '', true],
    ['a*', 'a', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*aab*', 'aaab', true],
    ['*a*b*c', 'xxabxxc', true],
    ['*a*b*c', 'xxbaxxc', false],
    ['*abcdefghijklmnopqr*z', 'abcdefghijklmnopabcdefghijklmnopqrz', true],
    ['*abcdefghijklmnopqr*r', 'abcdefghijklmnopqr', false],
    ['.?a', '.?a', true],
    ['.?a', 'x?a', false],
  ])('%s on %s is %s', (mask, text, expected) => {
    expect(matchesGlob(mask, text)).toBe(expected);
  });

  test('is linear on texts made to be hard', () => {
    const text = `${'a'.repeat(1_000_000)}c`;
    expect(matchesGlob(`*${'a'.repeat(5_000)}b*`, text)).toBe(false);
    expect(matchesGlob(`${'*a'.repeat(5_000)}*b`, text)).toBe(false);
  });
});
