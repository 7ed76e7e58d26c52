import { describe, expect, test } from '@jest/globals';

import { Fingerprint, firstSlot, keyKinds } from '../../forwarder/core/index.js';
import type { KeySet } from '../../forwarder/core/index.js';
import { createIndexBuilder } from '../../forwarder/matching/index.js';
import { KeySetBuilder } from '../../forwarder/matching/key-set-builder.js';
import { randomSeed } from '../../forwarder/matching/index-builder.js';
import { feedInfo } from '../matching/feeds.js';

const keys = 65_536;
/** What an attacker would know if the hash had no seed, or one that is in the source. */
const knownSeed = new Uint32Array(6);

function addressKey(fingerprint: Fingerprint, address: number): Fingerprint {
  return fingerprint.start().word(address).finish(keyKinds.ipv4);
}

/** Addresses whose keys all want the same few slots of a table of that seed, one in 256 of them. */
function colliding(seed: Uint32Array): Uint32Array {
  const fingerprint = new Fingerprint(seed);
  const found = new Uint32Array(keys);
  let count = 0;
  for (let address = 0; count < keys; address += 1) {
    if (addressKey(fingerprint, address).first >>> 24 !== 0) continue;
    found[count] = address;
    count += 1;
  }
  return found;
}

function tableOf(addresses: Uint32Array, seed: Uint32Array): KeySet {
  const builder = new KeySetBuilder();
  const fingerprint = new Fingerprint(seed);
  for (const address of addresses) {
    const { first, second } = addressKey(fingerprint, address);
    builder.add(first, second);
  }
  return builder.build();
}

/** Slots that a search looks at until it finds the key, over all keys: the table's whole work. */
function probes(set: KeySet, addresses: Uint32Array, seed: Uint32Array): number {
  const fingerprint = new Fingerprint(seed);
  let sum = 0;
  for (const address of addresses) {
    const { first, second } = addressKey(fingerprint, address);
    let slot = firstSlot(first, set.slotCount);
    for (;;) {
      sum += 1;
      if (set.slots[slot * 2] === first && set.slots[slot * 2 + 1] === second) break;
      slot = (slot + 1) % set.slotCount;
    }
  }
  return sum;
}

describe('64k keys made to collide', () => {
  const attack = colliding(knownSeed);

  test('would collide in a table whose seed is known: the attack is a real one', () => {
    // With all of them it would take a minute.
    const some = attack.subarray(0, keys / 8);
    const set = tableOf(some, knownSeed);
    expect(probes(set, some, knownSeed)).toBeGreaterThan(1_000 * some.length);
  });

  test('are keys like any other in a table of ours: each is seeded anew', () => {
    const random = Uint32Array.from(
      { length: keys },
      (_, at) => Math.imul(at + 1, 0x9e3779b1) >>> 0,
    );
    for (let round = 0; round < 3; round += 1) {
      const seed = randomSeed();
      const forAttack = probes(tableOf(attack, seed), attack, seed);
      const forRandom = probes(tableOf(random, seed), random, seed);
      expect(forAttack).toBeLessThan(1.5 * forRandom);
    }
  });

  test('no two indexes have the same seed', () => {
    const seeds = Array.from({ length: 100 }, () => randomSeed().join(' '));
    expect(new Set(seeds).size).toBe(100);
  });

  test('a feed of them is compiled, and each is found by the events that hold it', () => {
    const builder = createIndexBuilder();
    const feed = builder.addFeed(feedInfo('attack'));
    const text = (address: number): string =>
      [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
    const some = attack.subarray(0, 20_000);
    for (const address of some) {
      builder.addRecord(feed, { indicators: [{ kind: 'ip', value: text(address) }], context: [] });
    }
    const { index } = builder.build();
    for (const address of some.subarray(0, 500)) {
      const value = text(address);
      expect(index.find({ kind: 'ip', rule: 'R', text: value, value })).toHaveLength(1);
    }
  });
});

describe('caches and sets that hold what events bring', () => {
  /**
   * They are Maps and Sets of the runtime, which hashes text by a seed of its own process. Text of
   * digits is the exception: up to 2^24 it is hashed without. As keys of a Map they must still not
   * collide so that an event pays for others.
   */
  test('64k numbers as text cost a Map no more than other text', () => {
    const cost = (make: (at: number) => string): number => {
      const texts = Array.from({ length: keys }, (_, at) => make(at));
      const before = process.cpuUsage();
      for (let round = 0; round < 5; round += 1) {
        const map = new Map<string, number>();
        for (const text of texts) map.set(text, 1);
        for (const text of texts) map.get(text);
      }
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const ordinary = cost((at) => `host-${at}.example`);
    // Same low bits, over and over.
    expect(cost((at) => String(at * 256))).toBeLessThan(10 * ordinary + 500_000);
  });
});
