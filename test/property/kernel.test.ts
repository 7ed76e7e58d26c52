import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { BatchScanner, CandidateFilter, Indicator } from '../../forwarder/core/index.js';
import { loopWatchWords } from '../../forwarder/intake/index.js';
import { createIndexBuilder } from '../../forwarder/matching/index.js';
import { createBatchScanner } from '../../forwarder/scanning/index.js';

import { feedInfo } from '../matching/feeds.js';
import { fuzzRuns } from '../support/fuzz-runs.js';
import { loadKernel } from '../support/kernel.js';
import { feed, lineFor } from './lines.js';

const options = { watchWords: loopWatchWords('KL_Threat_Feed_Service_V2') };
const kernel = loadKernel();

function filterOf(indicators: readonly Indicator[]): CandidateFilter {
  const builder = createIndexBuilder();
  const number = builder.addFeed(feedInfo('A'));
  for (const indicator of indicators)
    builder.addRecord(number, { indicators: [indicator], context: [] });
  return builder.build().filter;
}

/** What a scanner says of a batch: the lines it hands over, and how many it does not. */
function answer(scanner: BatchScanner, bytes: Uint8Array, start: number, end: number): string[] {
  const said: string[] = [];
  const rest = scanner.scanLines(bytes, start, end, (_bytes, from, to, clean) => {
    said.push(`${clean} clean, then ${from}-${to}`);
  });
  said.push(`${rest} clean`);
  return said;
}

const lineEnd = fc.constantFrom('\n', '\r\n', '\n\n', '\n\r\n');

/** Feeds, and batches of lines that may hold their indicators. */
const cases = feed.chain((indicators) =>
  fc.tuple(
    fc.constant(indicators),
    fc.array(fc.tuple(lineFor(indicators), lineEnd), { minLength: 1, maxLength: 8 }),
    fc.nat(70),
    fc.boolean(),
  ),
);

describe('the kernel', () => {
  test('says of every line what the plain scanner says', () => {
    fc.assert(
      fc.property(cases, ([indicators, lines, padding, isEnded]) => {
        const filter = filterOf(indicators);
        const batch = Buffer.concat([
          Buffer.alloc(padding, 'a.b '),
          ...lines.flatMap(([line, ending], index) =>
            index === lines.length - 1 && !isEnded ? [line] : [line, Buffer.from(ending)],
          ),
        ]);
        const end = batch.length;
        const bytes = Buffer.concat([batch, Buffer.from('evil.test 192.0.2.1')]);
        const plain = answer(createBatchScanner(filter, options), bytes, padding, end);
        const fast = answer(createBatchScanner(filter, options, kernel), bytes, padding, end);
        if (fast.join() !== plain.join()) {
          throw new Error(
            `plain: ${plain.join('; ')}\nkernel: ${fast.join('; ')}\n` +
              `${JSON.stringify(batch.subarray(padding, end).toString('utf8'))}\n${JSON.stringify(indicators)}`,
          );
        }
      }),
      { numRuns: fuzzRuns(400) },
    );
  });

  test('reads bytes of its own memory where they lie', () => {
    const filter = filterOf([{ kind: 'domain', value: 'evil.test' }]);
    const lines = Buffer.from('see evil.test\nnothing\nmail.evil.test.\n');
    const scanner = createBatchScanner(filter, options, kernel);
    const inside = kernel.bytes.subarray(kernel.inputAt, kernel.inputAt + kernel.inputBytes);
    inside.set(lines, 1000);
    expect(answer(scanner, inside, 1000, 1000 + lines.length)).toEqual([
      '0 clean, then 1000-1013',
      '1 clean, then 1022-1037',
      '0 clean',
    ]);
  });
});
