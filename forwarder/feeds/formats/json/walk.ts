import type { Visitor, WalkStep } from './walk-step.js';
import { JsonWalker } from './walker.js';
import type { ItemLimits } from './list-items.js';

/** Reads a JSON document step by step; see JsonWalker. */
export async function* walkJson(
  bytes: AsyncIterable<Uint8Array>,
  limits: ItemLimits,
  visit: Visitor,
  origin: string,
): AsyncGenerator<WalkStep, void, undefined> {
  const walker = new JsonWalker(limits, visit, origin);
  for await (const chunk of bytes) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    while (at < buffer.length) {
      at = walker.scan(buffer, at);
      for (let step = walker.take(); step !== undefined; step = walker.take()) yield step;
    }
  }
  walker.end();
}
