import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { addNetwork, Fingerprint, findKey, keyKinds } from '../../forwarder/core/index.js';
import { KeySetBuilder } from '../../forwarder/matching/key-set-builder.js';

const seed = Uint32Array.of(1, 2, 3, 4, 5, 6);

function host(name: string, words = seed): string {
  const fingerprint = new Fingerprint(words).start();
  for (const label of name.split('.').reverse()) {
    const bytes = Buffer.from(label, 'latin1');
    fingerprint.label(bytes, 0, bytes.length);
  }
  return textOf(fingerprint.finish(keyKinds.hostSuffix));
}

function textOf({ first, second }: Fingerprint): string {
  return `${first.toString(16)}-${second.toString(16)}`;
}

describe('fingerprints', () => {
  test('are the same for the same seed everywhere: they are stored in files', () => {
    const fingerprint = new Fingerprint(seed);
    expect([
      host('evil.com'),
      host('a.evil.com'),
      textOf(fingerprint.start().word(0xc0000201).finish(keyKinds.ipv4)),
      textOf(fingerprint.start().text(Buffer.from('0123456789abcdef'), 0, 16).finish(7)),
      textOf(
        addNetwork(fingerprint, Uint16Array.of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), 48).finish(6),
      ),
    ]).toMatchInlineSnapshot(`
      [
        "cb0fc39a-515d2ef",
        "fa3dd24f-3183e730",
        "f1de13fa-6eaca8fb",
        "5175afee-d1382e64",
        "999952fd-9e3b2c8d",
      ]
    `);
  });

  test('ignore letter case, and nothing else', () => {
    expect(host('EVIL.Com')).toBe(host('evil.com'));
    const names = [
      'evil.com',
      'evilcom',
      'evil.co.m',
      'e.vil.com',
      'evil_com',
      'evil-com',
      'vil.com',
    ];
    expect(new Set(names.map((name) => host(name))).size).toBe(names.length);
  });

  test('differ by seed and by kind', () => {
    expect(host('evil.com', Uint32Array.of(1, 2, 3, 4, 5, 8))).not.toBe(host('evil.com'));
    const fingerprint = new Fingerprint(seed).start().word(7);
    expect(textOf(fingerprint.finish(1))).not.toBe(textOf(fingerprint.finish(2)));
  });

  test('a network is its first bits', () => {
    const fingerprint = new Fingerprint(seed);
    const of = (groups: readonly number[], bits: number): string =>
      textOf(addNetwork(fingerprint, Uint16Array.from(groups), bits).finish(6));
    expect(of([0x2001, 0xdb8, 1, 2, 3, 4, 5, 6], 36)).toBe(
      of([0x2001, 0xdb8, 0xfff, 0, 0, 0, 0, 0], 36),
    );
    expect(of([0x2001, 0xdb8, 0x1000, 0, 0, 0, 0, 0], 36)).not.toBe(
      of([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 36),
    );
    expect(of([1, 0, 0, 0, 0, 0, 0, 0], 16)).not.toBe(of([1, 0, 0, 0, 0, 0, 0, 0], 32));
  });
});

describe('a key set', () => {
  test('holds what was added and nothing else, in 12 bytes a key at most', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1e9), { maxLength: 2000 }), (numbers) => {
        const builder = new KeySetBuilder();
        const fingerprint = new Fingerprint(seed);
        const keyOf = (number: number): Fingerprint => fingerprint.start().word(number).finish(4);
        for (const number of numbers) {
          const { first, second } = keyOf(number);
          builder.add(first, second);
          builder.add(first, second);
        }
        const set = builder.build();
        expect(set.size).toBe(numbers.length);
        for (const number of numbers) {
          const { first, second } = keyOf(number);
          expect(findKey(set, first, second)).toBeGreaterThanOrEqual(0);
        }
        const { first, second } = fingerprint
          .start()
          .word(2 ** 31)
          .finish(4);
        expect(findKey(set, first, second)).toBe(-1);
        const bytes = set.slots.byteLength + set.bloom.byteLength;
        expect(bytes).toBeLessThanOrEqual(set.size * 12 + 64);
      }),
    );
  });
});
