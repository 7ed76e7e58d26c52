import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { blockBytes, LineBlocks } from '../../forwarder/intake/line-blocks.js';
import { LineFramer } from '../../forwarder/intake/index.js';

describe('blocks of long lines', () => {
  test('go from one line to the next, and back to the runtime when nobody needs them', () => {
    const blocks = new LineBlocks();
    const first = [blocks.take(), blocks.take(), blocks.take()];
    blocks.give(first);
    expect(first).toContain(blocks.take());
    blocks.trim();
    expect(first).toContain(blocks.take());
    // Nobody took the third one between two looks.
    blocks.trim();
    blocks.trim();
    const later = blocks.take();
    expect(first).not.toContain(later);
  });

  test('lines of many framers that share them come out as they went in, whatever the pieces', () => {
    const length = fc.constantFrom(
      ...[0, 1, 4_095, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 200_000, 300_000],
    );
    const pieces = fc.array(fc.constantFrom(1, 10, 4_096, 65_535, 65_536, 70_000), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.array(length, { maxLength: 5 }), pieces, (lengths, sizes) => {
        const blocks = new LineBlocks();
        const framers = [0, 1].map((which) => {
          const text = lengths
            .map((count, at) => String.fromCharCode(97 + ((at + which * 7) % 26)).repeat(count))
            .join('\n');
          const taken: string[] = [];
          const framer = new LineFramer({
            blocks,
            onLines: (bytes, start, end) =>
              taken.push(Buffer.from(bytes.slice(start, end)).toString()),
            onOversize: () => undefined,
          });
          return { bytes: Buffer.from(`${text}\n`), framer, taken, at: 0 };
        });
        for (let step = 0; framers.some(({ bytes, at }) => at < bytes.length); step += 1) {
          const size = sizes[step % sizes.length] ?? 1;
          for (const one of framers) {
            const next = Math.min(one.bytes.length, one.at + Math.max(size, 4_000));
            one.framer.push(one.bytes.subarray(one.at, next));
            one.at = next;
          }
        }
        for (const { bytes, framer, taken } of framers) {
          expect(
            taken.map((line) => line.replace(/\n?$/, '\n')).join('') === bytes.toString(),
          ).toBe(true);
          expect(framer.heldBytes).toBeLessThanOrEqual(blockBytes);
        }
      }),
      { numRuns: 60 },
    );
  });
});
