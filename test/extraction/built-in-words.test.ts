import { describe, expect, test } from '@jest/globals';

import { builtIn } from './support.js';

const md5 = '44d88612fea8a8f36de82e1278abb02f';
const sha1 = '3395856ce81f2b7382dee72602f798b642f14140';
const sha256 = '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f';

describe('IPv4 addresses', () => {
  test.each([
    '192.0.2.1',
    ' 192.0.2.1 ',
    '(192.0.2.1)',
    '[192.0.2.1]',
    '192.0.2.1:80',
    '192.0.2.1/24',
    'src=192.0.2.1,',
    '192.0.2.1.',
    '192.0.2.1..',
    '192.0.2.1;',
    '"192.0.2.1"',
    '-192.0.2.1-',
    'src_192.0.2.1',
    'ip-192.0.2.1',
    '192.0.2.1_',
    '@192.0.2.1',
    '192.0.2.1%',
    '|192.0.2.1|',
  ])('%j is one', (text) => {
    expect(builtIn(text)).toEqual(['ip 192.0.2.1']);
  });

  test.each([
    '192.0.2',
    '192.0.2.256',
    '192.0.02.1',
    '192.0.2.01',
    '192.0.2.1.5',
    '.192.0.2.1',
    'v1.2.3.4',
    'x192.0.2.1',
    '1.2.3.4.5',
    '192..0.2.1',
    '0192.0.2.1',
    '1.2.3.4444',
  ])('%j is none', (text) => {
    expect(builtIn(text)).toEqual([]);
  });

  test.each([
    ['192.0.2.1x', 'domain 192.0.2.1x'],
    ['192.0.2.1.x', 'domain 192.0.2.1.x'],
    ['1.2.3.4-beta', 'domain 1.2.3.4-beta'],
    ['host-1.2.3.4.isp.test', 'domain host-1.2.3.4.isp.test'],
  ])('%s is a name as a whole', (text, expected) => {
    expect(builtIn(text)).toEqual([expected]);
  });

  test('two with a dash between are two', () => {
    expect(builtIn('10.0.0.20-10.255.255.1')).toEqual(['ip 10.0.0.20', 'ip 10.255.255.1']);
  });

  test.each(['0.0.0.0', '0.0.0.157', '0.255.255.255', '::ffff:0.1.2.3'])(
    '%s names no host',
    (text) => {
      expect(builtIn(text)).toEqual([]);
    },
  );

  test('1.0.0.0 and 127.0.0.1 and 255.255.255.255 do', () => {
    expect(builtIn('1.0.0.0 127.0.0.1 255.255.255.255')).toHaveLength(3);
  });
});

describe('IPv6 addresses', () => {
  test.each([
    ['2001:db8::1', '2001:db8::1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['2001:db8::1/64', '2001:db8::1'],
    ['2001:db8::1%eth0', '2001:db8::1'],
    ['=2001:db8::1,', '2001:db8::1'],
    ['from 2001:db8::1: refused', '2001:db8::1'],
    ['from 2001:db8::1.', '2001:db8::1'],
    ['::1', '::1'],
    ['2001:db8::', '2001:db8::'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('%j is %s', (text, expected) => {
    expect(builtIn(text)).toEqual([`ip ${expected}`]);
  });

  test.each([
    '10:20:30',
    '2025-10-01T13:39:31.476',
    '12:30:45.123',
    '00:1a:2b:3c:4d:5e',
    'AA:BB:CC:DD:EE:FF',
    'std::vector',
    'x2001:db8::1',
    '2001:db8::1x',
    '2001:db8::g',
    '2001:db8:::1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '2001::db8::1',
    '12345::',
    'src:2001:db8::1',
    '::',
    ':::',
    'a:b',
    '::_x',
  ])('%j is none', (text) => {
    expect(builtIn(text)).toEqual([]);
  });
});

describe('hashes', () => {
  test.each([
    [md5, 'md5'],
    [sha1, 'sha1'],
    [sha256, 'sha256'],
  ])('%s', (hash, kind) => {
    for (const text of [
      hash,
      hash.toUpperCase(),
      `x=${hash},`,
      `{${hash}}`,
      `-${hash}-`,
      `${hash}:`,
    ]) {
      expect(builtIn(text)).toEqual([`${kind} ${hash}`]);
    }
    for (const text of [
      `${hash}0`,
      `x${hash}`,
      `${hash}_1`,
      `_${hash}`,
      `0x${hash}`,
      hash.slice(1),
    ]) {
      expect(builtIn(text)).toEqual([]);
    }
  });

  test('in a dotted name, beside the name', () => {
    expect(builtIn(`${md5}.exe`)).toEqual([`domain ${md5}.exe`, `md5 ${md5}`]);
    expect(builtIn(`a.${md5}.test`)).toEqual([`domain a.${md5}.test`, `md5 ${md5}`]);
    expect(builtIn(`${sha256}.${md5}.exe`)).toContain(`sha256 ${sha256}`);
  });

  test('next to a character beyond ASCII', () => {
    expect(builtIn(`«${md5}»`)).toEqual([`md5 ${md5}`]);
  });

  test('a GUID is none', () => {
    expect(builtIn('{6f0a1c52-0000-11ee-8000-0242ac120002}')).toEqual([]);
  });
});

describe('domains', () => {
  test.each([
    ['a.test', 'a.test'],
    ['A.Test', 'a.test'],
    ['www.a.test', 'www.a.test'],
    ['a.test.', 'a.test'],
    ['.a.test', 'a.test'],
    ['-a.test-', 'a.test'],
    ['_dmarc.a.test', 'dmarc.a.test'],
    ['a_b.test', 'a_b.test'],
    ['user@a.test', 'a.test'],
    ['a.test:80', 'a.test'],
    ['a.test/x', 'a.test'],
    ['(a.test)', 'a.test'],
    ['1.a', '1.a'],
    ['setup.exe', 'setup.exe'],
    ['пример.рф', 'xn--e1afmkfd.xn--p1ai'],
    ['xn--e1afmkfd.xn--p1ai', 'xn--e1afmkfd.xn--p1ai'],
    [`${'x'.repeat(63)}.test`, `${'x'.repeat(63)}.test`],
  ])('%s', (text, expected) => {
    expect(builtIn(text)).toEqual([`domain ${expected}`]);
  });

  test.each([
    'a',
    'a..test',
    'a.1',
    'a.',
    '.a',
    `${'x'.repeat(64)}.test`,
    `a.${'x'.repeat(64)}`,
    '---',
    '...',
  ])('%j is none', (text) => {
    expect(builtIn(text)).toEqual([]);
  });

  test('separated by anything that is no part of a word', () => {
    expect(builtIn('a.test,b.test;c.test|d.test\\e.test')).toHaveLength(5);
  });
});

test('the same value in several places is one observable, with the text of its first place', () => {
  expect(builtIn(`A.test a.test ${md5.toUpperCase()} ${md5} 2001:db8::1 2001:DB8:0::1`)).toEqual([
    'domain a.test',
    `md5 ${md5}`,
    'ip 2001:db8::1',
  ]);
});
