/** The first bytes of a stream, and the whole stream, they included. */
export interface Peeked {
  readonly start: Buffer;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Reads at least `count` bytes ahead, or to the end. What is read ahead is copied. */
export async function peekStart(source: AsyncIterable<Uint8Array>, count: number): Promise<Peeked> {
  const iterator = source[Symbol.asyncIterator]();
  const pieces: Buffer[] = [];
  let length = 0;
  let isDone = false;
  while (length < count && !isDone) {
    const next = await iterator.next();
    isDone = next.done === true;
    if (next.done === true) break;
    pieces.push(Buffer.from(next.value));
    length += next.value.length;
  }
  const start = Buffer.concat(pieces);
  return { start, bytes: startThenRest(start, iterator, isDone) };
}

async function* startThenRest(
  start: Buffer,
  iterator: AsyncIterator<Uint8Array>,
  isDone: boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (start.length > 0) yield start;
    while (!isDone) {
      const next = await iterator.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
