import fc from 'fast-check';

import type { BatchScanner } from '../../../forwarder/core/index.js';

import { feed, lineFor } from '../lines.js';

/** What a scanner says of a batch: the lines it hands over, and how many it does not. */
export function answer(
  scanner: BatchScanner,
  bytes: Uint8Array,
  start: number,
  end: number,
): string[] {
  const said: string[] = [];
  const rest = scanner.scanLines(bytes, start, end, (_bytes, from, to, clean) => {
    said.push(`${clean} clean, then ${from}-${to}`);
  });
  said.push(`${rest} clean`);
  return said;
}

const lineEnd = fc.constantFrom('\n', '\r\n', '\n\n', '\n\r\n');

/** Feeds, and batches of lines that may hold their indicators. */
export const batches = feed.chain((indicators) =>
  fc.tuple(
    fc.constant(indicators),
    fc.array(fc.tuple(lineFor(indicators), lineEnd), { minLength: 1, maxLength: 8 }),
    fc.nat(70),
    fc.boolean(),
  ),
);
