import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { IndicatorKind } from '../../../forwarder/core/index.js';
import { list } from '../../../forwarder/feeds/formats/list.js';
import { describeWithData } from '../../support/tools.js';

type Counts = Partial<Record<IndicatorKind | 'problems', number>>;

async function countsOf(bytes: AsyncIterable<Uint8Array>): Promise<Counts> {
  const counts: Counts = {};
  for await (const result of list.read(bytes)) {
    const what = result.ok ? result.value.indicators[0]?.kind : 'problems';
    if (what !== undefined) counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

describeWithData('lists as they are published', (directory) => {
  test('names, addresses, ranges and URLs: only what is no indicator is left out', async () => {
    const file = createReadStream(join(directory, 'osint-indicators.txt.gz'));
    const counts = await countsOf(file.pipe(createGunzip()) as AsyncIterable<Uint8Array>);
    expect(counts.domain).toBeGreaterThan(500_000);
    expect(counts.ip).toBeGreaterThan(100_000);
    expect(counts.url).toBeGreaterThan(10_000);
    expect(counts.cidr).toBeGreaterThan(100);
    // Mostly paths without a host, which this list has for use with expressions.
    expect(counts.problems ?? 0).toBeLessThan(50_000);
  }, 60_000);

  test('hashes with descriptions', async () => {
    const counts = await countsOf(createReadStream(join(directory, 'osint-hashes.txt')));
    expect(Object.keys(counts).sort()).toEqual(['md5', 'sha1', 'sha256']);
  });
});
