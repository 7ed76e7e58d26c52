import { longestRow, type ReaderOptions } from '../format.js';
import { afterBlanks, byteOrderMark } from './bytes.js';
import { JsonElementScanner } from './element-scanner.js';
import type { ItemLimits, JsonItem } from './list-items.js';
import { LineSplitter } from '../line-splitter.js';

/**
 * The objects of a file with one a line, by the number of their line; blank lines are told to
 * onPassed. Whether a line is valid JSON is for its reader to say; its size and depth are in limits.
 */
export async function* jsonLineItems(
  bytes: AsyncIterable<Uint8Array>,
  limits: ItemLimits,
  { onPassed }: ReaderOptions,
): AsyncGenerator<JsonItem, void, undefined> {
  const line = new LineSplitter(limits.maxBytes);
  const scanner = new JsonElementScanner(limits.maxDepth);
  const itemOf = (): JsonItem | undefined => {
    const item = readLine(line, limits, scanner);
    if (item === undefined) onPassed?.('blank');
    return item;
  };
  for await (const chunk of bytes) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    while (at < buffer.length) {
      at = line.scan(buffer, at);
      const item = line.hasLine ? itemOf() : undefined;
      if (item !== undefined) yield item;
    }
  }
  line.finish();
  const last = line.hasLine ? itemOf() : undefined;
  if (last !== undefined) yield last;
}

function readLine(
  { number, isTooLong, bytes, start, end }: LineSplitter,
  { maxBytes, maxDepth, maxKeys }: ItemLimits,
  scanner: JsonElementScanner,
): JsonItem | undefined {
  const refuse = (reason: string, row: string): JsonItem => {
    return { ok: false, number, fault: 'limit', reason: `left out: ${reason}`, row };
  };
  if (isTooLong) return refuse(`longer than ${maxBytes} bytes`, '');
  const hasMark =
    number === 1 && byteOrderMark.every((byte, index) => bytes[start + index] === byte);
  const line = bytes.subarray(hasMark ? start + byteOrderMark.length : start, end);
  if (afterBlanks(line, 0) === line.length) return undefined;
  const text = line.toString('utf8');
  scanner.reset();
  scanner.scan(line, 0);
  const row = text.slice(0, longestRow);
  if (scanner.maxDepth > maxDepth) return refuse(`nested more than ${maxDepth} levels deep`, row);
  if (scanner.keys > maxKeys) return refuse(`more than ${maxKeys} keys`, row);
  // What ends before the line's end is no object; its depth is not known.
  return { ok: true, number, text };
}
