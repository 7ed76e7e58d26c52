/** Where an object that begins with `{` ends, and how it is built. */
export interface ObjectSpan {
  /** Index after its last `}`; undefined when the bytes end before. */
  readonly end: number | undefined;
  /** Deepest nesting of objects and lists, the object itself counted as 1. */
  readonly depth: number;
  /** Number of its own fields, those of nested objects not counted; at least 1. */
  readonly fields: number;
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openList = 0x5b;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/**
 * Measures the object that begins at `start`, brackets inside strings not counted. Looks at every
 * byte at most once and keeps no stack, so that any input is measured in linear time before
 * JSON.parse may see it. `[` and `{` are not told apart: what does not fit is left to JSON.parse.
 *
 *     {"a":"}","b":[{"c":1}]} tail   → end 23, depth 3, fields 2
 */
export function measureObject(bytes: Uint8Array, start: number): ObjectSpan {
  let depth = 0;
  let deepest = 0;
  let fields = 1;
  let index = start;
  while (index < bytes.length) {
    const byte = bytes[index];
    index += 1;
    if (byte === quote) {
      index = skipString(bytes, index);
    } else if (byte === openObject || byte === openList) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === closeObject || byte === closeList) {
      depth -= 1;
      if (depth === 0) return { end: index, depth: deepest, fields };
    } else if (byte === comma && depth === 1) {
      fields += 1;
    }
  }
  return { end: undefined, depth: deepest, fields };
}

/** Index after the quote that ends the string whose content begins at `start`. */
function skipString(bytes: Uint8Array, start: number): number {
  let index = start;
  while (index < bytes.length) {
    const byte = bytes[index];
    if (byte === quote) return index + 1;
    index += byte === backslash ? 2 : 1;
  }
  return bytes.length;
}
