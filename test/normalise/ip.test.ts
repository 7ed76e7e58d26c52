import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';

import { parseCidr, parseIp } from '../../forwarder/normalise/index.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const ipv4 = fc.ipV4();
/** Without `::192.0.2.1`, which ipaddr.js takes for IPv4-mapped against RFC 4291 §2.5.5.1. */
const ipv6 = fc.ipV6().filter((text) => !/^::[\d.]+\.[\d.]+$/.test(text));

describe('parseIp', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    [' 192.0.2.1\n', '192.0.2.1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['[::FFFF:192.0.2.1]', '192.0.2.1'],
    ['::', '::'],
    ['0.0.0.0', '0.0.0.0'],
  ])('%s is %s', (text, expected) => {
    expect(parseIp(text)).toBe(expected);
  });

  test.each([
    '',
    '192.0.2',
    '0192.0.2.1',
    '0xc0.0.2.1',
    '3221225985',
    '192.0.2.1:80',
    '[192.0.2.1]',
    '192.0.2.0/24',
    '[::1',
    '::1]',
    '[]',
    '[[::1]]',
    'fe80::1%eth0',
    'example.com',
  ])('no address: "%s"', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  test('agrees with ipaddr.js, and its result is its own normal form', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), (any) => {
        const address = ipaddr.process(any);
        const expected =
          address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
        expect(parseIp(any)).toBe(expected);
        expect(parseIp(any.toUpperCase())).toBe(expected);
        expect(parseIp(expected)).toBe(expected);
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });

  test('any text: nothing, or an address that ipaddr.js knows', () => {
    const piece = fc.constantFrom('1', '0', 'f', '.', ':', '::', '[', ']', '%', ' ', '255', 'ffff');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (any) => {
        const found = parseIp(any);
        if (found !== undefined) expect(ipaddr.isValid(found)).toBe(true);
      }),
      { numRuns: fuzzRuns(2000) },
    );
  });
});

describe('parseCidr', () => {
  test.each([
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['192.0.2.77/24', '192.0.2.0/24'],
    ['192.0.2.77/32', '192.0.2.77/32'],
    ['192.0.2.77/31', '192.0.2.76/31'],
    ['255.255.255.255/1', '128.0.0.0/1'],
    ['192.0.2.77/0', '0.0.0.0/0'],
    [' 192.0.2.0/24 ', '192.0.2.0/24'],
    ['2001:DB8::1/32', '2001:db8::/32'],
    ['2001:db8::ff/121', '2001:db8::80/121'],
    ['2001:db8::1/128', '2001:db8::1/128'],
    ['2001:db8::1/0', '::/0'],
    ['::ffff:192.0.2.77/120', '192.0.2.0/24'],
    ['::ffff:192.0.2.77/96', '0.0.0.0/0'],
    ['::ffff:192.0.2.77/64', '::/64'],
  ])('%s is %s', (text, expected) => {
    expect(parseCidr(text)?.value).toBe(expected);
  });

  test('what it says of a range', () => {
    expect(parseCidr('192.0.2.77/24')).toEqual({
      family: 4,
      value: '192.0.2.0/24',
      network: 0xc0000200,
      bits: 24,
    });
    expect(parseCidr('8000::1/1')).toEqual({
      family: 6,
      value: '8000::/1',
      bytes: Uint8Array.of(0x80, ...new Array<number>(15).fill(0)),
      bits: 1,
    });
  });

  test.each([
    '',
    '/',
    '/24',
    '192.0.2.0',
    '192.0.2.0/',
    '192.0.2.0/33',
    '192.0.2.0/024',
    '192.0.2.0/+8',
    '192.0.2.0/-1',
    '192.0.2.0/8.0',
    '192.0.2.0 /24',
    '192.0.2.0/24/24',
    '192.0.2.0/255.255.255.0',
    '192.0.2/24',
    '2001:db8::/129',
    '[2001:db8::]/32',
    'example.com/24',
  ])('no range: "%s"', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  test('agrees with ipaddr.js, and its value is its own normal form', () => {
    const range = fc.oneof(
      fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })),
      fc.tuple(
        ipv6.filter((text) => ipaddr.process(text).kind() === 'ipv6'),
        fc.integer({ min: 0, max: 128 }),
      ),
    );
    fc.assert(
      fc.property(range, ([address, bits]) => {
        const text = `${address}/${bits}`;
        const network = address.includes(':')
          ? ipaddr.IPv6.networkAddressFromCIDR(text).toRFC5952String()
          : ipaddr.IPv4.networkAddressFromCIDR(text).toString();
        expect(parseCidr(text)?.value).toBe(`${network}/${bits}`);
        expect(parseCidr(`${network}/${bits}`)?.value).toBe(`${network}/${bits}`);
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });

  test('any text: never throws', () => {
    const piece = fc.constantFrom('1', '0', '.', ':', '::', '/', '24', 'ffff', '-', ' ');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (any) => {
        const found = parseCidr(any);
        if (found !== undefined) expect(parseCidr(found.value)).toEqual(found);
      }),
      { numRuns: fuzzRuns(2000) },
    );
  });
});
