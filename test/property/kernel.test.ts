import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { BatchScanner } from '../../forwarder/core/index.js';
import { LineFramer } from '../../forwarder/intake/index.js';
import { createBatchScanner } from '../../forwarder/scanning/index.js';

import { fuzzRuns } from '../support/fuzz-runs.js';
import { loadKernel } from '../support/kernel.js';
import { answer, batches, differenceOf } from './support/batches.js';
import { compile, scannerOptions } from './support/cold-reason.js';

const kernel = loadKernel();

describe('the kernel', () => {
  test('hands over what the plain scanner does, but for lines that hold nothing', () => {
    fc.assert(
      fc.property(batches, ([indicators, lines, padding, isEnded]) => {
        const { filter, index } = compile(indicators);
        const batch = Buffer.concat([
          Buffer.alloc(padding, 'a.b '),
          ...lines.flatMap(([line, ending], at) =>
            at === lines.length - 1 && !isEnded ? [line] : [line, Buffer.from(ending)],
          ),
        ]);
        const end = batch.length;
        const bytes = Buffer.concat([batch, Buffer.from('evil.test 192.0.2.1\n')]);
        const difference = differenceOf(
          createBatchScanner(filter, scannerOptions),
          createBatchScanner(filter, scannerOptions, kernel),
          bytes.subarray(padding, end),
          index,
        );
        if (difference !== undefined) {
          throw new Error(`${difference}\n${JSON.stringify(indicators)}`);
        }
      }),
      { numRuns: fuzzRuns(400) },
    );
  });

  test('reads lines longer than its memory up to their end, whatever lies behind', () => {
    const { filter } = compile([{ kind: 'domain', value: 'evil.test' }]);
    const line = Buffer.alloc(300_000, 'x y ');
    const behind = Buffer.from('evil.test\nevil.test\n');
    const bytes = Buffer.concat([line, behind]);
    const fast = createBatchScanner(filter, scannerOptions, kernel);
    expect(answer(fast, bytes, 0, line.length)).toEqual(['1 clean']);
    bytes.write(' evil.test', line.length - 10);
    expect(answer(fast, bytes, 0, line.length)).toEqual(['0 clean, then 0-300000', '0 clean']);
    expect(answer(fast, bytes, 0, bytes.length)).toEqual([
      '1 clean, then 300010-300019',
      '0 clean',
    ]);
  });

  test.each(['{"dst" :\\b1.5e3"}', '{"dst"\\t:1.50}', '{"a":\\n{"b":1}}', '{"a" \\n :\\n[1]}'])(
    'says so of %s too: blanks may be written as escapes',
    (text) => {
      const { filter } = compile([{ kind: 'md5', value: '0'.repeat(32) }]);
      const line = Buffer.from(text);
      const said = answer(createBatchScanner(filter, scannerOptions), line, 0, line.length);
      expect(said).toEqual([`0 clean, then 0-${line.length}`, '0 clean']);
      const fast = createBatchScanner(filter, scannerOptions, kernel);
      expect(answer(fast, line, 0, line.length)).toEqual(said);
    },
  );

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
          const scanner = createBatchScanner(filter, scannerOptions, kernel);
          const copied = handedOver(scanner, Buffer.alloc(1024));
          expect(handedOver(scanner, kernel.readBuffer)).toEqual(copied);
        },
      ),
      { numRuns: fuzzRuns(300) },
    );
  });
});
