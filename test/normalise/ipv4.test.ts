import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';

import { ipv4Text, parseIpv4, parseIpv4Loose } from '../../forwarder/normalise/index.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const address = fc.nat({ max: 0xffffffff });

describe('parseIpv4', () => {
  test.each([
    ['0.0.0.0', 0],
    ['0.0.0.1', 1],
    ['10.64.48.11', 171978763],
    ['192.0.2.255', 0xc00002ff],
    ['255.255.255.255', 0xffffffff],
  ])('%s', (text, expected) => {
    expect(parseIpv4(text)).toBe(expected);
    expect(ipv4Text(expected)).toBe(text);
  });

  test.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.',
    '.1.2.3',
    '1..2.3',
    '1.2.3.4.',
    '1.2.3.256',
    '1.2.3.1000',
    '01.2.3.4',
    '1.2.3.00',
    '0x1.2.3.4',
    '1.2.3.a',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '1.2.3.-4',
    '+1.2.3.4',
    '1.2.3.４',
    '171978763',
  ])('no dotted quad: "%s"', (text) => {
    expect(parseIpv4(text)).toBeUndefined();
  });

  test('printing and reading again gives the same address', () => {
    fc.assert(fc.property(address, (any) => parseIpv4(ipv4Text(any)) === any));
  });

  test('agrees with ipaddr.js', () => {
    const part = fc.oneof(
      fc.nat(300).map(String),
      fc.constantFrom('', '0', '00', '01', '256', 'a'),
    );
    const text = fc.array(part, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(fc.oneof(text, address.map(ipv4Text)), (any) => {
        const isSound = ipaddr.IPv4.isValidFourPartDecimal(any);
        const bytes = isSound ? ipaddr.IPv4.parse(any).toByteArray() : [];
        const expected = isSound ? bytes.reduce((sum, byte) => sum * 256 + byte, 0) : undefined;
        expect(parseIpv4(any)).toBe(expected);
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });
});

describe('parseIpv4Loose', () => {
  test.each([
    ['171978763', '10.64.48.11'],
    ['0xa40300b', '10.64.48.11'],
    ['0XA40300B', '10.64.48.11'],
    ['0xa.0x40.0x30.0xb', '10.64.48.11'],
    ['01220030013', '10.64.48.11'],
    ['30.31.8225', '30.31.32.33'],
    ['30.2039841', '30.31.32.33'],
    ['0112.0175.0117.0150', '74.125.79.104'],
    ['520966948', '31.13.83.36'],
    ['0x7f.1', '127.0.0.1'],
    ['10.0x40.060.11', '10.64.48.11'],
    ['192.0.2.1', '192.0.2.1'],
    ['0', '0.0.0.0'],
    ['00.000.0x0.0', '0.0.0.0'],
    ['4294967295', '255.255.255.255'],
    ['1.16777215', '1.255.255.255'],
    ['1.2.65535', '1.2.255.255'],
  ])('%s is %s', (text, expected) => {
    expect(ipv4Text(parseIpv4Loose(text) ?? -1)).toBe(expected);
  });

  test.each([
    '',
    '.',
    '4294967296',
    '0x100000000',
    '1.16777216',
    '1.2.65536',
    '1.2.3.256',
    '256.1',
    '1.2.3.4.5',
    '1.',
    '1..2',
    '.1',
    '0x',
    '0x.1',
    '08',
    '1.2.3.09',
    '0xg',
    '1a',
    'a.1',
    '-1',
    '+1',
    '1e3',
    '1 ',
    '１',
  ])('no address: "%s"', (text) => {
    expect(parseIpv4Loose(text)).toBeUndefined();
  });

  test('every address in every form is read as ipaddr.js reads it', () => {
    const writers = [
      (part: number): string => String(part),
      (part: number): string => `0x${part.toString(16)}`,
      (part: number): string => `0X${part.toString(16).toUpperCase()}`,
      (part: number): string => `0${part.toString(8)}`,
    ];
    const form = fc.record({
      address,
      parts: fc.integer({ min: 1, max: 4 }),
      writer: fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }),
    });
    fc.assert(
      fc.property(form, ({ address: any, parts, writer }) => {
        const numbers: number[] = [];
        for (let index = 0; index < parts - 1; index++)
          numbers.push((any >>> (24 - 8 * index)) & 255);
        numbers.push(any % 256 ** (5 - parts));
        const text = numbers.map((part, at) => writers[writer[at]!]!(part)).join('.');
        expect(ipv4Text(parseIpv4Loose(text)!)).toBe(ipv4Text(any));
        expect(ipaddr.IPv4.parse(text).toString()).toBe(ipv4Text(any));
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });

  test('any text: nothing, or an address', () => {
    const piece = fc.constantFrom('0', '1', '9', '.', 'x', 'X', 'f', '-', ' ', '255', '4294967295');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (any) => {
        const found = parseIpv4Loose(any);
        if (found === undefined) return;
        expect(Number.isInteger(found) && found >= 0 && found <= 0xffffffff).toBe(true);
      }),
      { numRuns: fuzzRuns(2000) },
    );
  });
});
