import { describe, expect, test } from '@jest/globals';

import {
  Fingerprint,
  firstSlot,
  keyKinds,
  type CandidateFilter,
  type Indicator,
  type KeySet,
} from '../../forwarder/core/index.js';
import { createIndexBuilder } from '../../forwarder/matching/index.js';
import { MemoryBytes, type IndexBytes } from '../../forwarder/matching/index-bytes.js';
import { IndexCompiler } from '../../forwarder/matching/index-compiler.js';
import { CompiledThreatIndex } from '../../forwarder/matching/threat-index.js';
import { ipv4Text } from '../../forwarder/normalise/index.js';

import { feedInfo, observable } from './feeds.js';

const seed = Uint32Array.of(11, 22, 33, 44, 55, 66);

/** An index of single indicators that counts what it reads; each record has the number as context. */
function countingIndex(indicators: Iterable<Indicator>) {
  const memory = new MemoryBytes();
  const compiler = new IndexCompiler(memory, seed);
  const feed = compiler.addFeed(feedInfo('A'));
  let number = 0;
  for (const indicator of indicators) {
    compiler.addRecord(feed, { indicators: [indicator], context: [['n', String(number++)]] });
  }
  const { content, filter } = compiler.compile();
  const counts = { reads: 0, bytes: 0 };
  const bytes: IndexBytes = {
    bytes(offset, length) {
      counts.reads++;
      counts.bytes += length;
      return memory.bytes(offset, length);
    },
  };
  return { index: new CompiledThreatIndex(content, filter, bytes), filter, counts };
}

function residentBytes({ keys, ipv4Ranges, ipv4Blocks }: CandidateFilter): number {
  const parts = [keys.slots, keys.bloom, ipv4Ranges, ipv4Blocks];
  return parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function* generated(
  count: number,
  indicatorOf: (number: number) => Indicator,
): Generator<Indicator> {
  for (let number = 0; number < count; number++) yield indicatorOf(number);
}

describe('memory', () => {
  const hex = (number: number): string => number.toString(16).padStart(8, '0').repeat(8);
  const kinds: readonly (readonly [string, (number: number) => Indicator])[] = [
    ['domains', (number) => ({ kind: 'domain', value: `host${number}.example` })],
    ['addresses', (number) => ({ kind: 'ip', value: ipv4Text(number * 7919 + 0x1000000) })],
    ['IPv6 addresses', (number) => ({ kind: 'ip', value: `2001:db8::1:${number.toString(16)}` })],
    ['ranges', (number) => ({ kind: 'cidr', value: `${ipv4Text((number + 65536) * 512)}/24` })],
    ['hashes', (number) => ({ kind: 'sha256', value: hex(number) })],
    ['exact URLs', (number) => ({ kind: 'url', value: `host${number}.example/x.php` })],
    ['folders', (number) => ({ kind: 'url', value: `host${number % 50}.example/${number}/*` })],
    ['wildcards on a host', (number) => ({ kind: 'url', value: `h${number}.example/*/gate*` })],
  ];

  test.each(kinds)('of 60,000 %s is at most 12 bytes each', (_, indicatorOf) => {
    const { filter } = countingIndex(generated(60_000, indicatorOf));
    expect((residentBytes(filter) - filter.ipv4Blocks.byteLength) / 60_000).toBeLessThanOrEqual(12);
  });

  test('of 200,000 indicators of all kinds is at most 12 bytes each, all told', () => {
    const mixed = generated(200_000, (number) => kinds[number % kinds.length]![1](number));
    expect(residentBytes(countingIndex(mixed).filter) / 200_000).toBeLessThanOrEqual(12);
  });
});

describe('many masks', () => {
  const count = 100_000;
  const masks: readonly (readonly [string, string, string, (number: number) => string])[] = [
    ['exact URLs', 'evil.example/777/a.php', 'evil.example/none/a.php', (n) => `${n}/a.php`],
    ['folders', 'evil.example/777/x/y', 'evil.example/none/x/y', (n) => `${n}/*`],
    ['scripts', 'evil.example/777.php?x', 'evil.example/none.php?x', (n) => `${n}.php?*`],
    [
      'wildcards',
      'evil.example/a/k000777z',
      'evil.example/a/k-none',
      (n) => `*k${String(n).padStart(6, '0')}z*`,
    ],
  ];

  test.each(masks)('of one host: %s, a few reads each', (_, hit, miss, pathOf) => {
    const { index, counts } = countingIndex(
      generated(count, (number) => ({ kind: 'url', value: `evil.example/${pathOf(number)}` })),
    );
    const found = index.find(observable(`url:${hit}`));
    expect(found.map(({ context }) => context[0]?.[1])).toEqual(['777']);
    expect(index.find(observable(`url:${miss}`))).toEqual([]);
    // Both together: a search by halves, of about 17 steps, for each text that a mask may be filed by.
    expect(counts.reads).toBeLessThan(60 * 20);
    counts.reads = 0;
    expect(index.find(observable('url:other.example/777/a.php'))).toEqual([]);
    expect(index.find(observable('domain:evil.example'))).toEqual([]);
    expect(counts.reads).toBeLessThan(25);
  });

  test('without a host: only those are compared of which the URL holds a piece', () => {
    const { index, counts } = countingIndex(
      generated(count, (number) => ({ kind: 'url', value: `*.example/gate${number}*.php` })),
    );
    const found = index.find(observable('url:a.example/gate4711.php'));
    expect(found.map(({ context }) => context[0]?.[1])).toEqual(['4', '47', '471', '4711']);
    expect(counts.reads).toBeLessThan(600);
    counts.reads = 0;
    expect(index.find(observable('url:b.test/gates.html'))).toEqual([]);
    expect(counts.reads).toBeLessThan(10);
  });

  test('of the same text are all found', () => {
    const { index } = countingIndex(
      generated(1000, () => ({ kind: 'url', value: 'evil.example/a/*' })),
    );
    expect(index.find(observable('url:evil.example/a/b'))).toHaveLength(1000);
  });
});

describe('indicators chosen to collide', () => {
  const wanted = 65_536;

  /** Addresses whose keys under `seed` begin in the first 32nd of the table. */
  function crafted(): string[] {
    const fingerprint = new Fingerprint(seed);
    const found: string[] = [];
    for (let address = 0x1000000; found.length < wanted; address++) {
      const { first } = fingerprint.start().word(address).finish(keyKinds.ipv4);
      if (first < 2 ** 27) found.push(ipv4Text(address));
    }
    return found;
  }

  /** Slots looked at to find a key, on average. */
  function steps({ slots, slotCount, size }: KeySet): number {
    let sum = 0;
    for (let slot = 0; slot < slotCount; slot++) {
      const first = slots[slot * 2]!;
      if ((first | slots[slot * 2 + 1]!) === 0) continue;
      sum += 1 + ((slot - firstSlot(first, slotCount) + slotCount) % slotCount);
    }
    return sum / size;
  }

  function keysOf(values: readonly string[], seedWords?: Uint32Array): KeySet {
    const builder = createIndexBuilder(seedWords);
    const feed = builder.addFeed(feedInfo('A'));
    for (const value of values) {
      builder.addRecord(feed, { indicators: [{ kind: 'ip', value }], context: [] });
    }
    return builder.build().filter.keys;
  }

  test('do so only under the seed they were chosen for', () => {
    const values = crafted();
    expect(steps(keysOf(values.slice(0, 8192), seed))).toBeGreaterThan(1000);
    expect(steps(keysOf(values))).toBeLessThan(5);
  });

  test('texts that are much alike do not', () => {
    const builder = createIndexBuilder();
    const feed = builder.addFeed(feedInfo('A'));
    for (let number = 0; number < wanted; number++) {
      const value = `a${number}.example`;
      builder.addRecord(feed, { indicators: [{ kind: 'domain', value }], context: [] });
    }
    expect(steps(builder.build().filter.keys)).toBeLessThan(5);
  });
});
