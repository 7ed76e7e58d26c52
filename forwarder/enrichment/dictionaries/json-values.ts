const quote = 0x22;
const backslash = 0x5c;
const open = new Set([0x7b, 0x5b]);
const close = new Set([0x7d, 0x5d]);

/** Where a value lies, its last byte not included; or why it is none, and at which byte. */
export type JsonRange =
  | { readonly ok: true; readonly start: number; readonly end: number }
  | { readonly ok: false; readonly at: number; readonly why: string };

/** The first byte from `at` on that is no blank. */
export function afterBlanks(bytes: Buffer, at: number): number {
  let next = at;
  while (next < bytes.length && isBlank(bytes[next] as number)) next += 1;
  return next;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/**
 * The value that begins at `start`, by its brackets and quotes alone: whether it is right inside is
 * for its parser to say. Linear, and no recursion.
 */
export function rangeOf(bytes: Buffer, start: number, mostDepth: number): JsonRange {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === quote) {
      at = stringEnd(bytes, at);
      if (at < 0) break;
    } else if (open.has(byte)) {
      depth += 1;
      if (depth > mostDepth) return { ok: false, at, why: `it is nested deeper than ${mostDepth}` };
      continue;
    } else if (close.has(byte)) {
      if (depth === 0) return { ok: true, start, end: at };
      depth -= 1;
    } else if (depth === 0 && (byte === 0x2c || byte === 0x3a || isBlank(byte))) {
      return { ok: true, start, end: at };
    } else {
      continue;
    }
    if (depth === 0) return { ok: true, start, end: at + 1 };
  }
  return { ok: false, at: start, why: 'it has no end' };
}

/** The closing quote of the text that begins at `start`, or -1. */
function stringEnd(bytes: Buffer, start: number): number {
  for (let at = start + 1; ; at++) {
    at = bytes.indexOf(quote, at);
    if (at < 0) return -1;
    let slashes = 0;
    while (bytes[at - 1 - slashes] === backslash) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
}
