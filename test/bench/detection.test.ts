import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { families } from '../../bench/families/index.js';
import { indicatorKinds } from '../../bench/indicators.js';
import { feedFileName, feedFormats, writeFeed } from '../../bench/list-files.js';
import type { FeedFormat } from '../../bench/list-files.js';
import { createEvents, familyChoices } from '../../bench/work-set.js';
import type { WorkSet } from '../../bench/work-set.js';
import type { DecodedEvent, Match, ThreatIndex } from '../../forwarder/core/index.js';
import { createExtractor } from '../../forwarder/extraction/index.js';
import { openFeeds } from '../../forwarder/feeds/index.js';
import { decodeLine } from '../../forwarder/intake/index.js';
import { createIndexBuilder, matchExtraction } from '../../forwarder/matching/index.js';
import type { CompiledIndex } from '../../forwarder/matching/index.js';

const list = { indicators: 5000, maskShare: 0.25 };
const set: WorkSet = {
  ...list,
  seed: 7,
  events: 12_000,
  bytes: 700,
  candidates: 11,
  hitRate: 0.3,
  family: 'mixed',
};
const extractor = createExtractor({});
let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tf-bench-test-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

/** The list as the service reads it from a feed. */
async function compile(format: FeedFormat): Promise<CompiledIndex> {
  const path = join(directory, feedFileName(format));
  await writeFeed(path, format, list);
  const builder = createIndexBuilder();
  for (const file of await openFeeds([{ path }], [], { baseDirectory: directory })) {
    const feed = builder.addFeed(file.info);
    for await (const result of file.read()) {
      if (!result.ok) throw new Error(result.problem.reason);
      builder.addRecord(feed, result.value);
    }
  }
  return builder.build();
}

/** The one event of a line, and which family of log source wrote it. */
function decode(line: Buffer): { readonly event: DecodedEvent; readonly family: string } {
  const { events, problems } = decodeLine(line, 0, line.length);
  expect(problems).toEqual([]);
  expect(events).toHaveLength(1);
  const event = events[0]!;
  const family = families.find(({ identifier }) => line.includes(identifier))!.name;
  return { event, family };
}

function matchesOf(event: DecodedEvent, index: ThreatIndex): readonly Match[] {
  const extraction = extractor.extract(event, '192.0.2.99');
  return matchExtraction(extraction, index, { perEventDetectionLimit: 100 }).matches;
}

describe('what the generator says it hid', () => {
  const cases = feedFormats.flatMap((format) =>
    familyChoices.map((family) => [family, format] as const),
  );

  test.each(cases)(
    'is what the service finds in %s by a feed as %s, no more',
    async (family, format) => {
      const { index } = await compile(format);
      expect(index.indicatorCount).toBe(list.indicators);
      const { bytes, offsets, hits, events } = createEvents({ ...set, family });
      const found = new Map<string, number>();
      const clean = new Map<string, number>();
      const forms = new Set<string>();
      for (let number = 0; number < events; number += 1) {
        const line = bytes.subarray(offsets[number], offsets[number + 1]! - 1);
        const { event, family: name } = decode(line);
        forms.add(`${name} ${event.kind}`);
        const expected = indicatorKinds[hits[number]! - 1];
        const kinds = matchesOf(event, index).map(({ indicator }) => kindOf(indicator));
        if (kinds.join() !== (expected ?? '')) {
          throw new Error(`expected ${expected}, found ${kinds.join()}: ${line.toString()}`);
        }
        const counts = expected === undefined ? clean : found;
        const key = expected === undefined ? name : `${name} ${expected}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      const names = family === 'proxy' ? ['proxy'] : families.map((one) => one.name);
      for (const name of names) {
        expect(clean.get(name)).toBeGreaterThan(1000);
        for (const kind of indicatorKinds) expect(found.get(`${name} ${kind}`)).toBeGreaterThan(50);
      }
      const raw = names.filter((name) => forms.has(`${name} raw`));
      expect(raw).toEqual(family === 'proxy' ? [] : ['firewall', 'leef', 'cef', 'text']);
      expect(names.every((name) => forms.has(`${name} envelope`))).toBe(true);
    },
  );

  test('is told by the user of the event', () => {
    const { bytes, offsets } = createEvents({ ...set, events: 500 });
    for (let number = 0; number < 500; number += 1) {
      const { event } = decode(bytes.subarray(offsets[number], offsets[number + 1]! - 1));
      const user = extractor.extract(event, '192.0.2.99').values.get('RE_USERNAME');
      expect(user).toContain(`bench${String(number).padStart(8, '0')}`);
    }
  });
});

function kindOf({ kind, value }: Match['indicator']): string {
  // A list of plain lines says a host as a domain, a feed of records as a mask.
  if (kind === 'domain') return 'host';
  return kind === 'url' ? (value.includes('*') ? 'mask' : 'host') : kind;
}
