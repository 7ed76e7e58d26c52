/**
 * Looks at the first bytes of pieces (up to `bytes`, fewer where there are no more) before all of
 * them, those included, go through `use`; what it returns is passed on. The pieces are ended when
 * the reader stops, and when `use` throws.
 */
export async function* withStart(
  pieces: AsyncIterable<Uint8Array>,
  bytes: number,
  use: (start: Buffer, all: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = pieces[Symbol.asyncIterator]();
  try {
    const held = await hold(iterator, bytes);
    yield* use(Buffer.concat(held).subarray(0, bytes), all(held, iterator));
  } finally {
    await iterator.return?.();
  }
}

async function hold(iterator: AsyncIterator<Uint8Array>, bytes: number): Promise<Uint8Array[]> {
  const held: Uint8Array[] = [];
  for (let length = 0; length < bytes;) {
    const next = await iterator.next();
    if (next.done === true) break;
    held.push(next.value);
    length += next.value.length;
  }
  return held;
}

async function* all(
  held: Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let piece = held.shift(); piece !== undefined; piece = held.shift()) yield piece;
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) return;
    yield next.value;
  }
}
