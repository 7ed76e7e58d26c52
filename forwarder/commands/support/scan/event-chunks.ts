import type { LineBlock, ScanPosition } from './line-blocks.js';

/** Some events of one input, ready to be sent. */
export interface EventChunk {
  /** Its place among all chunks, from 0. */
  readonly number: number;
  /** The events, each with LF at its end. */
  readonly bytes: Buffer;
  /** Of each event: where it ends in `bytes`, behind its LF; and the number of its line, from 1. */
  readonly ends: readonly number[];
  readonly lines: readonly number[];
  readonly from: ScanPosition;
  readonly to: ScanPosition;
  readonly readBytes: number;
}

export interface ChunkOptions {
  /** Events of a chunk at most. */
  readonly maxEvents: number;
  /** Bytes from which on a chunk is full. */
  readonly fullBytes: number;
  /** A longer event is sent in pieces, each an event of its own; undefined: as it is. */
  readonly maxEventBytes: number | undefined;
  /** Whether lines that begin with `#` are left out. */
  readonly skipsComments: boolean;
  /** What goes before an event, such as a syslog header. */
  readonly headerOf: ((event: Buffer) => string) | undefined;
}

const lf = 10;
const cr = 13;
const hash = 35;
const lineFeed = Buffer.of(lf);
/** How far back a piece may end to end between two words. */
const longestWord = 2048;

/** Makes chunks of blocks. Empty lines are no events. */
export async function* eventChunks(
  blocks: AsyncIterable<LineBlock>,
  options: ChunkOptions,
): AsyncGenerator<EventChunk> {
  let number = 0;
  for await (const block of blocks) {
    for (const chunk of chunksOf(block, options)) {
      yield { ...chunk, number };
      number += 1;
    }
  }
}

function* chunksOf(
  { bytes, from, to, readBytes }: LineBlock,
  options: ChunkOptions,
): Generator<Omit<EventChunk, 'number'>> {
  const { maxEvents, fullBytes, skipsComments, headerOf, maxEventBytes } = options;
  let parts: Buffer[] = [];
  let ends: number[] = [];
  let lines: number[] = [];
  let size = 0;
  let begin = from;
  let line = from.line;
  const add = (event: Buffer): void => {
    const header = headerOf?.(event) ?? '';
    if (header !== '') parts.push(Buffer.from(header));
    parts.push(event, lineFeed);
    size += Buffer.byteLength(header) + event.length + 1;
    ends.push(size);
    lines.push(line);
  };
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(lf, at);
    const lineEnd = found < 0 ? bytes.length : found;
    const end = lineEnd > at && bytes[lineEnd - 1] === cr ? lineEnd - 1 : lineEnd;
    line += 1;
    if (end > at && !(skipsComments && bytes[at] === hash)) {
      for (const piece of piecesOf(bytes.subarray(at, end), maxEventBytes)) add(piece);
    }
    at = Math.min(lineEnd + 1, bytes.length);
    const isLast = at === bytes.length;
    if (!isLast && ends.length < maxEvents && size < fullBytes) continue;
    const place = isLast ? to : { input: from.input, line, offset: from.offset + at };
    yield { bytes: Buffer.concat(parts, size), ends, lines, from: begin, to: place, readBytes };
    parts = [];
    ends = [];
    lines = [];
    size = 0;
    begin = place;
  }
}

/**
 * CyberTrace splits what is longer than 64 KB and takes the pieces as separate events (CyberTrace
 * help, page 178566); each is answered. So it is split here, where it can be done between two words.
 */
function* piecesOf(event: Buffer, maxBytes: number | undefined): Generator<Buffer> {
  let start = 0;
  while (maxBytes !== undefined && event.length - start > maxBytes) {
    const most = start + maxBytes;
    const least = Math.max(start, most - longestWord);
    let end = most;
    while (end > least && !isBetweenWords(event[end])) end -= 1;
    if (end === least) end = most;
    yield event.subarray(start, end);
    start = end;
  }
  yield event.subarray(start);
}

function isBetweenWords(byte: number | undefined): boolean {
  // Blank, TAB, comma, semicolon, vertical bar.
  return byte === 32 || byte === 9 || byte === 44 || byte === 59 || byte === 124;
}
