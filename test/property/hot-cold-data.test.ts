import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';

import { expect, test } from '@jest/globals';

import type { Indicator } from '../../forwarder/core/index.js';
import { createExtractor } from '../../forwarder/extraction/index.js';
import { feedFormats } from '../../forwarder/feeds/index.js';
import { decodeLine } from '../../forwarder/intake/index.js';
import { createIndexBuilder, matchExtraction } from '../../forwarder/matching/index.js';
import { createBatchScanner } from '../../forwarder/scanning/index.js';

import { feedInfo } from '../matching/feeds.js';
import { loadKernel } from '../support/kernel.js';
import { describeWithData } from '../support/tools.js';
import { answer } from './support/batches.js';

const listFormat = feedFormats.find(({ name }) => name === 'list');

async function readIndicators(from: string): Promise<Indicator[]> {
  const lists = [
    gunzipSync(readFileSync(join(from, 'osint-indicators.txt.gz'))),
    readFileSync(join(from, 'osint-hashes.txt')),
  ];
  const indicators: Indicator[] = [];
  for (const list of lists) {
    for await (const result of listFormat?.read(Readable.from([list])) ?? []) {
      if (result.ok) indicators.push(...result.value.indicators);
    }
  }
  return indicators;
}

/** All events of the folder, one a line. */
function readEvents(from: string): Buffer {
  return Buffer.concat([
    gunzipSync(readFileSync(join(from, 'jsa-events-real.ndjson.gz'))),
    readFileSync(join(from, 'jsa-events-composed.ndjson')),
    readFileSync(join(from, 'jsa-events-public.txt')),
  ]);
}

/** Calls back for each line that is not empty. */
function eachLine(bytes: Uint8Array, take: (start: number, end: number) => void): void {
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    if (end > start) take(start, end);
    start = end + 1;
  }
}

describeWithData('hot path and cold path over real events', (directory) => {
  test('give the same matches, and the kernel hands the same lines over', async () => {
    const builder = createIndexBuilder();
    const feed = builder.addFeed(feedInfo('Osint'));
    const events = readEvents(directory);
    const extractor = createExtractor({});
    // Beside the lists: some of the values that do stand in the events, so that there are hits.
    const indicators = await readIndicators(directory);
    let taken = 0;
    eachLine(events, (start, end) => {
      if (taken++ % 3000 !== 0) return;
      const event = decodeLine(events, start, end).events[0];
      const found = event === undefined ? [] : extractor.extract(event, '').observables;
      for (const { kind, value } of found.slice(-1)) indicators.push({ kind, value });
    });
    for (const indicator of indicators)
      builder.addRecord(feed, { indicators: [indicator], context: [] });
    const { index, filter } = builder.build();
    const plain = createBatchScanner(filter, { watchWords: [] });
    const fast = createBatchScanner(filter, { watchWords: [] }, loadKernel());
    const cold = new Set<number>();
    fast.scanLines(events, 0, events.length, (_bytes, start) => cold.add(start));
    expect(answer(fast, events, 0, events.length)).toEqual(answer(plain, events, 0, events.length));
    const counts = { lines: 0, matched: 0 };
    const missed: string[] = [];
    eachLine(events, (start, end) => {
      counts.lines++;
      const decoded = decodeLine(events, start, end).events;
      const hasMatch = decoded.some(
        (event) =>
          matchExtraction(extractor.extract(event, ''), index, { perEventDetectionLimit: 10_000 })
            .matches.length > 0,
      );
      if (hasMatch) counts.matched++;
      if (!cold.has(start) && (hasMatch || decoded.length !== 1))
        missed.push(events.toString('utf8', start, end));
    });
    expect(missed).toEqual([]);
    expect(counts.matched).toBeGreaterThan(10);
    expect(cold.size).toBeLessThan(counts.lines);
  }, 120_000);
});
