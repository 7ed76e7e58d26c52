import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { reasonsOf } from '../../forwarder/scanning/index.js';

import { fuzzRuns } from '../support/fuzz-runs.js';
import { feed, lineFor } from './lines.js';
import { coldReason, compile } from './support/cold-reason.js';

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
