import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Indicator, Scanner, ThreatIndex } from '../../forwarder/core/index.js';
import { createExtractor } from '../../forwarder/extraction/index.js';
import {
  createLoopGuard,
  decodeLine,
  loopWatchWords,
  lostPayloads,
} from '../../forwarder/intake/index.js';
import { createIndexBuilder, matchExtraction } from '../../forwarder/matching/index.js';
import { createScanner, reasonsOf } from '../../forwarder/scanning/index.js';

import { feedInfo } from '../matching/feeds.js';
import { fuzzRuns } from '../support/fuzz-runs.js';
import { feed, lineFor } from './lines.js';

const identifier = 'KL_Threat_Feed_Service_V2';
const isOwn = createLoopGuard({ identifier });
const watchWords = loopWatchWords(identifier);
const extractor = createExtractor({});

function compile(indicators: readonly Indicator[]): { index: ThreatIndex; scanner: Scanner } {
  const builder = createIndexBuilder();
  const number = builder.addFeed(feedInfo('A'));
  for (const indicator of indicators)
    builder.addRecord(number, { indicators: [indicator], context: [] });
  const { index, filter } = builder.build();
  return { index, scanner: createScanner(filter, { watchWords }) };
}

/** What only the cold path can do with a line; undefined when there is nothing to do. */
function coldReason(line: Uint8Array, index: ThreatIndex): string | undefined {
  const { events } = decodeLine(line, 0, line.length);
  if (events.length !== 1) return `${events.length} events`;
  for (const event of events) {
    if (isOwn(event)) return 'our own event';
    if (lostPayloads(event) > 0) return 'lost payloads';
    const extraction = extractor.extract(event, '192.0.2.99');
    const { matches } = matchExtraction(extraction, index, { perEventDetectionLimit: 10_000 });
    const first = matches[0];
    if (first !== undefined) {
      return `${first.observable.kind} ${first.observable.text} is ${first.indicator.kind} ${first.indicator.value}`;
    }
  }
  return undefined;
}

const cases = feed.chain((indicators) =>
  fc.tuple(fc.constant(indicators), fc.array(lineFor(indicators), { minLength: 1, maxLength: 6 })),
);

describe('hot path and cold path', () => {
  test('agree: a line that the scanner lets go holds nothing', () => {
    fc.assert(
      fc.property(cases, ([indicators, lines]) => {
        const { index, scanner } = compile(indicators);
        for (const line of lines) {
          if (scanner.scan(line, 0, line.length) !== 0) continue;
          const reason = coldReason(line, index);
          if (reason !== undefined) {
            throw new Error(
              `${reason}\n${JSON.stringify(Buffer.from(line).toString('utf8'))}\n${JSON.stringify(indicators)}`,
            );
          }
        }
      }),
      { numRuns: fuzzRuns(400) },
    );
  });

  test('the generated lines hold enough of everything to show it', () => {
    const counts = { lines: 0, hits: 0, letGo: 0 };
    for (const [indicators, lines] of fc.sample(cases, { numRuns: 300, seed: 11 })) {
      const { index, scanner } = compile(indicators);
      for (const line of lines) {
        counts.lines++;
        if (coldReason(line, index) !== undefined) counts.hits++;
        if (scanner.scan(line, 0, line.length) === 0) counts.letGo++;
      }
    }
    expect(counts.hits / counts.lines).toBeGreaterThan(0.3);
    expect(counts.letGo / counts.lines).toBeGreaterThan(0.05);
  });

  test('bytes around a line do not matter', () => {
    fc.assert(
      fc.property(
        cases,
        fc.uint8Array({ maxLength: 80 }),
        fc.uint8Array({ maxLength: 80 }),
        ([indicators, lines], before, after) => {
          const { scanner } = compile(indicators);
          for (const line of lines) {
            const buffer = Buffer.concat([before, line, after]);
            const end = before.length + line.length;
            expect(reasonsOf(scanner.scan(buffer, before.length, end))).toEqual(
              reasonsOf(scanner.scan(line, 0, line.length)),
            );
          }
        },
      ),
      { numRuns: fuzzRuns(150) },
    );
  });
});
