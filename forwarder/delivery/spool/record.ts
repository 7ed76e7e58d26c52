import type { Message, OutcomeKind } from '../../core/index.js';
import { crc32c } from './crc32c.js';
import type { Entry } from './spool.js';

/** Bytes of a record before its id. */
export const recordHeaderBytes = 44;

/** What a record begins with. F8 stands in no UTF-8 text, so that it is not found inside a message. */
export const recordMagic: Uint8Array = Buffer.from([0xf8, 0x54, 0x46, 0xf9]);

const magicNumber = 0xf94654f8;

/** Numbers of the kinds on disk: their place here. Never reordered. */
const kinds: readonly OutcomeKind[] = ['detect', 'status', 'evaluation'];

/** Upper limit for what encodeRecord() may need, without looking at every character. */
export function recordBound({ id, event, body }: Message): number {
  return recordHeaderBytes + 3 * (id.length + event.length + body.length);
}

/**
 * Writes a record at `at`, where recordBound() bytes must be free, and returns its length.
 * Text that is no legal Unicode (a lone surrogate) becomes U+FFFD, as it does on the wire.
 * Layout: docs/reference/spool-file.md.
 */
export function encodeRecord(into: Buffer, at: number, { seq, message }: Entry): number {
  const idAt = at + recordHeaderBytes;
  const idBytes = into.write(message.id, idAt);
  const eventBytes = into.write(message.event, idAt + idBytes);
  const bodyAt = idAt + idBytes + eventBytes;
  const end = bodyAt + into.write(message.body, bodyAt);
  into.writeUInt32LE(magicNumber, at);
  into.writeUInt32LE(end - at, at + 4);
  writeCount(into, seq, at + 8);
  into.writeDoubleLE(message.atMs, at + 16);
  into.writeUInt32LE(idBytes, at + 24);
  into.writeUInt32LE(eventBytes, at + 28);
  into.writeUInt32LE(kinds.indexOf(message.kind), at + 32);
  into.writeUInt32LE(crc32c(into, at, at + 36), at + 36);
  into.writeUInt32LE(crc32c(into, idAt, end), at + 40);
  return end - at;
}

/** The fixed part of a record whose own checksum is right. */
export interface RecordHeader {
  readonly seq: number;
  /** Bytes of the whole record. */
  readonly length: number;
}

/** The record's header at `at`; undefined when there is none that is undamaged. */
export function readHeader(from: Buffer, at: number): RecordHeader | undefined {
  if (at + recordHeaderBytes > from.length || from.readUInt32LE(at) !== magicNumber) {
    return undefined;
  }
  if (crc32c(from, at, at + 36) !== from.readUInt32LE(at + 36)) return undefined;
  const seq = readCount(from, at + 8);
  const length = from.readUInt32LE(at + 4);
  const named = from.readUInt32LE(at + 24) + from.readUInt32LE(at + 28);
  if (seq === undefined || seq === 0 || length < recordHeaderBytes + named) return undefined;
  return { seq, length };
}

/** Whether the content of the record at `at`, all of it in `from`, is undamaged. */
export function isContentWhole(from: Buffer, at: number, { length }: RecordHeader): boolean {
  if (from.readUInt32LE(at + 32) >= kinds.length) return false;
  const content = at + recordHeaderBytes;
  return crc32c(from, content, at + length) === from.readUInt32LE(at + 40);
}

/** The message of a record that is known to be whole. */
export function decodeRecord(from: Buffer, at: number, { seq, length }: RecordHeader): Entry {
  const idAt = at + recordHeaderBytes;
  const eventAt = idAt + from.readUInt32LE(at + 24);
  const bodyAt = eventAt + from.readUInt32LE(at + 28);
  const message: Message = {
    id: from.toString('utf8', idAt, eventAt),
    kind: kinds[from.readUInt32LE(at + 32)] ?? 'detect',
    event: from.toString('utf8', eventAt, bodyAt),
    atMs: from.readDoubleLE(at + 16),
    body: from.toString('utf8', bodyAt, at + length),
  };
  return { seq, message };
}

/** Largest number of a message that is taken for one. */
export const largestSeq = 2 ** 52;
/** Largest number that a file or a checkpoint may begin with: there is room above it for ever. */
export const largestFirstSeq = 2 ** 51;

/** A u64, little-endian; `value` is a safe integer. */
export function writeCount(into: Buffer, value: number, at: number): void {
  into.writeUInt32LE(value % 2 ** 32, at);
  into.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4);
}

/** A u64 that is at most largestSeq; undefined for others. */
export function readCount(from: Buffer, at: number): number | undefined {
  const value = from.readUInt32LE(at) + from.readUInt32LE(at + 4) * 2 ** 32;
  return value <= largestSeq ? value : undefined;
}
