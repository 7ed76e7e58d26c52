import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { BatchScanner } from '../../forwarder/core/index.js';
import { LineFramer } from '../../forwarder/intake/index.js';
import { createBatchScanner } from '../../forwarder/scanning/index.js';

import { fuzzRuns } from '../support/fuzz-runs.js';
import { loadKernel } from '../support/kernel.js';
import { answer, batches } from './support/batches.js';
import { compile, scannerOptions } from './support/cold-reason.js';

const kernel = loadKernel();

describe('the kernel', () => {
  test('says of every line what the plain scanner says', () => {
    fc.assert(
      fc.property(batches, ([indicators, lines, padding, isEnded]) => {
        const filter = compile(indicators).filter;
        const batch = Buffer.concat([
          Buffer.alloc(padding, 'a.b '),
          ...lines.flatMap(([line, ending], index) =>
            index === lines.length - 1 && !isEnded ? [line] : [line, Buffer.from(ending)],
          ),
        ]);
        const end = batch.length;
        const bytes = Buffer.concat([batch, Buffer.from('evil.test 192.0.2.1')]);
        const plain = answer(createBatchScanner(filter, scannerOptions), bytes, padding, end);
        const fast = answer(
          createBatchScanner(filter, scannerOptions, kernel),
          bytes,
          padding,
          end,
        );
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
      fc.property(
        batches,
        fc.array(fc.nat(400), { maxLength: 12 }),
        ([indicators, lines], cuts) => {
          const filter = compile(indicators).filter;
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
          const plain = handedOver(createBatchScanner(filter, scannerOptions), Buffer.alloc(1024));
          const fast = handedOver(
            createBatchScanner(filter, scannerOptions, kernel),
            kernel.readBuffer,
          );
          expect(fast).toEqual(plain);
        },
      ),
      { numRuns: fuzzRuns(300) },
    );
  });
});
