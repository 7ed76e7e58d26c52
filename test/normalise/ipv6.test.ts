import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';

import { ipText, ipv6Text, mappedIpv4, parseIpv6 } from '../../forwarder/normalise/index.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const canonical = (text: string): string | undefined => {
  const bytes = parseIpv6(text);
  return bytes === undefined ? undefined : ipv6Text(bytes);
};

/** Addresses with long and short runs of zeros. */
const bytes16 = fc
  .array(fc.oneof(fc.constant(0), fc.constantFrom(1, 0xffff, 0xdb8), fc.nat(0xffff)), {
    minLength: 8,
    maxLength: 8,
  })
  .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255])));

describe('parseIpv6 and ipv6Text', () => {
  test.each([
    ['2001:0000:11AA:0000:0000:0000:1234:0000', '2001:0:11aa::1234:0'],
    ['2001:db8:3333:4444:5555:6666:7777:8888', '2001:db8:3333:4444:5555:6666:7777:8888'],
    ['0000:0000:0000:0000:0000:0000:0000:0001', '::1'],
    ['0000:0000:0000:0000:0000:0000:0000:0000', '::'],
    ['2002:7F0:01Fa::0001', '2002:7f0:1fa::1'],
    ['::', '::'],
    ['1::', '1::'],
    ['::1', '::1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
    ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4:5:6:c000:201'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['::192.0.2.1', '::c000:201'],
  ])('%s is %s', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  test.each([
    '',
    ':',
    ':::',
    '1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '1::2::3',
    '1:::2',
    ':1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:8:',
    '1:2:3:4:5:6:7:',
    '12345::',
    'g::',
    '::1%eth0',
    '[::1]',
    '::1/64',
    ' ::1',
    '::1 ',
    '1:2:3:4:5:6:7:192.0.2.1',
    '192.0.2.1',
    '192.0.2.1::',
    '::192.0.2.1:1',
    '::192.0.2',
    '::192.0.2.256',
    '::0192.0.2.1',
    '１::',
  ])('no address: "%s"', (text) => {
    expect(parseIpv6(text)).toBeUndefined();
  });

  test('printing and reading again gives the same bytes', () => {
    fc.assert(
      fc.property(bytes16, (any) => {
        expect(parseIpv6(ipv6Text(any))).toEqual(any);
      }),
    );
  });

  test('prints as ipaddr.js does by RFC 5952', () => {
    fc.assert(
      fc.property(bytes16, (any) => {
        expect(ipv6Text(any)).toBe(new ipaddr.IPv6([...any]).toRFC5952String());
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });

  test('reads what ipaddr.js reads, and nothing else', () => {
    const piece = fc.constantFrom(
      '0',
      '1',
      'db8',
      'FFFF',
      '12345',
      ':',
      ':',
      '::',
      '192.0.2.1',
      'g',
    );
    const near = fc.array(piece, { maxLength: 17 }).map((all) => all.join(''));
    const sound = bytes16.map((any) => new ipaddr.IPv6([...any]).toNormalizedString());
    // ipaddr.js takes `::192.0.2.1` for IPv4-mapped, against RFC 4291 §2.5.5.1, and allows `0192.0.2.1`.
    const lenient = /^::[\d.]+\.[\d.]+$|[:.]0\d+\./;
    const text = fc.oneof(near, sound).filter((any) => !lenient.test(any));
    fc.assert(
      fc.property(text, (any) => {
        const expected = ipaddr.IPv6.isValid(any)
          ? ipaddr.IPv6.parse(any).toByteArray()
          : undefined;
        const found = parseIpv6(any);
        expect(found === undefined ? undefined : [...found]).toEqual(expected);
      }),
      { numRuns: fuzzRuns(3000) },
    );
  });
});

describe('IPv4-mapped addresses', () => {
  test.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:0:0', '0.0.0.0'],
    ['::192.0.2.1', '::c000:201'],
    ['::fffe:192.0.2.1', '::fffe:c000:201'],
    ['1::ffff:192.0.2.1', '1::ffff:c000:201'],
  ])('%s is %s', (text, expected) => {
    expect(ipText(parseIpv6(text)!)).toBe(expected);
  });

  test('an address within a larger buffer is read at its place', () => {
    const buffer = new Uint8Array(40);
    buffer.set(parseIpv6('::ffff:192.0.2.1')!, 7);
    expect(mappedIpv4(buffer.subarray(7, 23))).toBe(0xc0000201);
  });
});
