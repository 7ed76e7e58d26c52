import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { BatchScanner, CandidateFilter, Indicator } from '../../forwarder/core/index.js';
import { LineFramer, loopWatchWords } from '../../forwarder/intake/index.js';
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

  test('reads what sockets put into its memory, cut anywhere', () => {
    fc.assert(
      fc.property(cases, fc.array(fc.nat(400), { maxLength: 12 }), ([indicators, lines], cuts) => {
        const filter = filterOf(indicators);
        const stream = Buffer.concat(
          lines.flatMap(([line, ending]) => [line, Buffer.from(ending)]),
        );
        const handedOver = (scanner: BatchScanner, buffer: Buffer): string[] => {
          const seen: string[] = [];
          const framer = new LineFramer({
            onLines: (bytes, start, end) => {
              const clean = scanner.scanLines(bytes, start, end, (_bytes, from, to, before) => {
                seen.push(`${before}`, Buffer.from(bytes.subarray(from, to)).toString('latin1'));
              });
              seen.push(`${clean}`);
            },
            onOversize: () => undefined,
          });
          for (let at = 0, index = 0; at < stream.length; index++) {
            const length = 1 + (cuts[index % (cuts.length + 1)] ?? 400);
            const chunk = stream.subarray(at, at + length);
            buffer.set(chunk);
            framer.push(buffer.subarray(0, chunk.length));
            at += length;
          }
          return seen;
        };
        const plain = handedOver(createBatchScanner(filter, options), Buffer.alloc(1024));
        const fast = handedOver(createBatchScanner(filter, options, kernel), kernel.readBuffer);
        expect(fast).toEqual(plain);
      }),
      { numRuns: fuzzRuns(300) },
    );
  });
});
