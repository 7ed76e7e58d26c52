import fc from 'fast-check';

import type { BatchScanner, ThreatIndex } from '../../../forwarder/core/index.js';

import { feed, lineFor } from '../lines.js';
import { coldReason } from './cold-reason.js';

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

/**
 * What is wrong with the kernel's answer beside the plain scanner's: a line that only the kernel
 * hands over, one that it lets go although the cold path makes something of it, or wrong counts.
 */
export function differenceOf(
  plain: BatchScanner,
  kernel: BatchScanner,
  bytes: Uint8Array,
  index: ThreatIndex,
): string | undefined {
  const expected = handedOver(plain, bytes);
  const found = handedOver(kernel, bytes);
  if (found.lines !== expected.lines) return `${found.lines} lines, not ${expected.lines}`;
  const shown = (start: number, end: number): string =>
    JSON.stringify(Buffer.from(bytes.subarray(start, end)).toString('latin1'));
  for (const [start, end] of found.perhaps) {
    if (expected.perhaps.get(start) !== end)
      return `only the kernel hands over ${shown(start, end)}`;
  }
  for (const [start, end] of expected.perhaps) {
    if (found.perhaps.has(start)) continue;
    const reason = coldReason(bytes.slice(start, end), index);
    if (reason !== undefined) return `the kernel lets go, but ${reason}: ${shown(start, end)}`;
  }
  return undefined;
}

function handedOver(
  scanner: BatchScanner,
  bytes: Uint8Array,
): { readonly lines: number; readonly perhaps: ReadonlyMap<number, number> } {
  const perhaps = new Map<number, number>();
  let lines = 0;
  const rest = scanner.scanLines(bytes, 0, bytes.length, (_bytes, start, end, clean) => {
    lines += clean + 1;
    perhaps.set(start, end);
  });
  return { lines: lines + rest, perhaps };
}
