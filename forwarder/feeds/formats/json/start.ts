import { afterBlanks, byteOrderMark, openBrace } from './bytes.js';
import { JsonElementScanner } from './element-scanner.js';
import { recordLimits } from './list-items.js';

/** The beginning of a JSON file, read ahead to know how the rest is to be read. */
export interface JsonStart {
  /** Whether each line is a document of its own. */
  readonly isLines: boolean;
  /** How many bytes a byte order mark takes. */
  readonly offset: number;
  /** All bytes after the byte order mark, those read ahead included. */
  readonly bytes: AsyncIterable<Buffer>;
}

const lineFeed = 0x0a;
const deepestLine = 1024;

/**
 * Reads ahead up to what follows the first line that is not blank, or as much as one record may
 * have. When that line is an object from its first to its last byte and something follows it, the
 * file is one of JSON lines.
 */
export async function readJsonStart(source: AsyncIterable<Uint8Array>): Promise<JsonStart> {
  const chunks = source[Symbol.asyncIterator]();
  const pieces: Buffer[] = [];
  let size = 0;
  let hasLine = false;
  for (;;) {
    const next = await chunks.next();
    if (next.done === true) break;
    // A copy: the chunk belongs to the source.
    pieces.push(Buffer.from(next.value));
    size += next.value.length;
    hasLine ||= next.value.includes(lineFeed);
    // Joined only when it may be enough: one byte at a time would else take for ever.
    if (size > recordLimits.maxBytes) break;
    if (hasLine && secondLineStart(Buffer.concat(pieces)) !== undefined) break;
  }
  const ahead = Buffer.concat(pieces);
  const offset = markLength(ahead);
  return { isLines: isLines(ahead), offset, bytes: joined(ahead.subarray(offset), chunks) };
}

async function* joined(
  ahead: Buffer,
  chunks: AsyncIterator<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    if (ahead.length > 0) yield ahead;
    for (;;) {
      const next = await chunks.next();
      if (next.done === true) return;
      const { buffer, byteOffset, byteLength } = next.value;
      yield Buffer.from(buffer, byteOffset, byteLength);
    }
  } finally {
    await chunks.return?.();
  }
}

/** Where something stands after the first line with more than blanks in it. */
function secondLineStart(bytes: Buffer): number | undefined {
  const end = bytes.indexOf(lineFeed, afterBlanks(bytes, markLength(bytes)));
  if (end < 0) return undefined;
  const next = afterBlanks(bytes, end);
  return next < bytes.length ? next : undefined;
}

function isLines(bytes: Buffer): boolean {
  const start = afterBlanks(bytes, markLength(bytes));
  if (bytes[start] !== openBrace || secondLineStart(bytes) === undefined) return false;
  const line = bytes.subarray(start, bytes.indexOf(lineFeed, start));
  const scanner = new JsonElementScanner(deepestLine);
  return scanner.scan(line, 0) === line.length && !scanner.isOpen;
}

function markLength(bytes: Buffer): number {
  return byteOrderMark.every((byte, index) => bytes[index] === byte) ? byteOrderMark.length : 0;
}
