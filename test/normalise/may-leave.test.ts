import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ipv4Text } from '../../forwarder/normalise/index.js';
import { mayLeave } from '../../forwarder/normalise/may-leave.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const anywhere = mayLeave();

/** IANA's registry of special-purpose addresses, and multicast: first address, bits. */
const special: readonly (readonly [number, number])[] = [
  [0x00000000, 8],
  [0x0a000000, 8],
  [0x64400000, 10],
  [0x7f000000, 8],
  [0xa9fe0000, 16],
  [0xac100000, 12],
  [0xc0000000, 24],
  [0xc0000200, 24],
  [0xc01fc400, 24],
  [0xc034c100, 24],
  [0xc0586300, 24],
  [0xc0a80000, 16],
  [0xc0af3000, 24],
  [0xc6120000, 15],
  [0xc6336400, 24],
  [0xcb007100, 24],
  [0xe0000000, 4],
  [0xf0000000, 4],
];

function isSpecial(address: number): boolean {
  return special.some(([first, bits]) => Math.floor((address - first) / 2 ** (32 - bits)) === 0);
}

test('IPv4 addresses leave when they are public, at the ends of ranges too', () => {
  const ends = special.flatMap(([first, bits]) => {
    const last = first + 2 ** (32 - bits) - 1;
    return [first - 1, first, last, last + 1].filter((one) => one >= 0 && one < 2 ** 32);
  });
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...ends), fc.nat(2 ** 32 - 1)), (address) => {
      expect([ipv4Text(address), anywhere(ipv4Text(address))]).toEqual([
        ipv4Text(address),
        !isSpecial(address),
      ]);
    }),
    { numRuns: fuzzRuns(2000) },
  );
});

test('names leave when the world knows them', () => {
  for (const name of ['bad.example', 'local.bad.example', 'xn--bcher-kva.example', 'a_b.example']) {
    expect([name, anywhere(name)]).toEqual([name, true]);
  }
  for (const name of ['', 'host', 'host.local', 'a.b.internal', '1.0.0.10.in-addr.arpa', 'x.lan']) {
    expect([name, anywhere(name)]).toEqual([name, false]);
  }
});

test('what is set stays, with all below it', () => {
  const leaves = mayLeave(['*.house.example', '.other.example', '8.8.8.0/24', '2606:4700::/32']);
  for (const host of [
    'house.example',
    'a.house.example',
    'other.example',
    '8.8.8.8',
    '2606:4700::1',
  ]) {
    expect([host, leaves(host)]).toEqual([host, false]);
  }
  for (const host of ['ahouse.example', '8.8.9.8', '2606:4701::1']) {
    expect([host, leaves(host)]).toEqual([host, true]);
  }
});
