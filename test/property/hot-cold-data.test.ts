import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { expect, test } from '@jest/globals';

import type { Indicator } from '../../forwarder/core/index.js';
import { createExtractor } from '../../forwarder/extraction/index.js';
import { decodeLine } from '../../forwarder/intake/index.js';
import { createIndexBuilder, matchExtraction } from '../../forwarder/matching/index.js';
import {
  normaliseHash,
  normaliseHost,
  normaliseUrlMask,
  parseCidr,
  parseIp,
} from '../../forwarder/normalise/index.js';
import { createScanner } from '../../forwarder/scanning/index.js';

import { feedInfo } from '../matching/feeds.js';
import { describeWithData } from '../support/tools.js';

/** One line of a plain list: a name, an address (perhaps with a port), a range, a host with a path. */
function indicatorOf(line: string): Indicator | undefined {
  const text = line.replace(/\s+#.*$/, '').trim();
  if (text === '' || /^[#./]/.test(text) || /[\\()|]/.test(text)) return undefined;
  const ip = parseIp(/^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text);
  if (ip !== undefined) return { kind: 'ip', value: ip };
  const range = parseCidr(text);
  if (range !== undefined) return { kind: 'cidr', value: range.value };
  const mask = text.includes('/') ? normaliseUrlMask(text) : undefined;
  if (mask !== undefined) return { kind: 'url', value: mask.value };
  const host = normaliseHost(text);
  return host?.includes('.') ? { kind: 'domain', value: host } : undefined;
}

function readIndicators(from: string): Indicator[] {
  const lists = gunzipSync(readFileSync(join(from, 'osint-indicators.txt.gz')))
    .toString('utf8')
    .split('\n');
  const hashes = readFileSync(join(from, 'osint-hashes.txt'), 'utf8').split('\n');
  return [
    ...lists.map(indicatorOf),
    ...hashes.map((line) => normaliseHash(line.split(';')[0] ?? '')),
  ].filter((indicator) => indicator !== undefined);
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
  test('give the same matches', () => {
    const builder = createIndexBuilder();
    const feed = builder.addFeed(feedInfo('Osint'));
    const events = gunzipSync(readFileSync(join(directory, 'jsa-events-real.ndjson.gz')));
    const extractor = createExtractor({});
    // Beside the lists: some of the values that do stand in the events, so that there are hits.
    const indicators = readIndicators(directory);
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
    const scanner = createScanner(filter, { watchWords: [] });
    const counts = { lines: 0, cold: 0, matched: 0 };
    const missed: string[] = [];
    eachLine(events, (start, end) => {
      counts.lines++;
      const isCold = scanner.scan(events, start, end) !== 0;
      if (isCold) counts.cold++;
      const decoded = decodeLine(events, start, end).events;
      const hasMatch = decoded.some(
        (event) =>
          matchExtraction(extractor.extract(event, ''), index, { perEventDetectionLimit: 10_000 })
            .matches.length > 0,
      );
      if (hasMatch) counts.matched++;
      if (!isCold && (hasMatch || decoded.length !== 1))
        missed.push(events.toString('utf8', start, end));
    });
    expect(missed).toEqual([]);
    expect(counts.matched).toBeGreaterThan(10);
    expect(counts.cold).toBeLessThan(counts.lines);
  }, 120_000);
});
