import type { Message, OutcomeKind } from '../../core/index.js';
import { crc32c } from './crc32c.js';
import {
  isTableWhole,
  readVariants,
  storedVariants,
  tableBytes,
  variantsBound,
  variantsBytes,
  writeVariants,
} from './record-variants.js';
import type { Entry } from './spool.js';

/** Bytes of a record before its content. */
export const recordHeaderBytes = 44;

/** What a record begins with. F8 stands in no UTF-8 text, so that it is not found inside a message. */
export const recordMagic: Uint8Array = Buffer.from([0xf8, 0x54, 0x46, 0xf9]);

const magicNumber = 0xf94654f8;

/** Numbers of the kinds on disk: their place here. Never reordered. */
const kinds: readonly OutcomeKind[] = ['detect', 'status', 'evaluation'];

/** The kind has the lower 16 bits of its word, the number of variants the upper ones. */
const kindBits = 16;
const kindMask = 2 ** kindBits - 1;

/** Upper limit for what encodeRecord() may need, without looking at every character. */
export function recordBound({ id, event, body, variants }: Message): number {
  const bytes = recordHeaderBytes + 3 * (id.length + event.length + body.length);
  return variants === undefined ? bytes : bytes + variantsBound(variants);
}

/** Exactly what encodeRecord() needs. */
export function recordBytes({ id, event, body, variants }: Message): number {
  const text = Buffer.byteLength(id) + Buffer.byteLength(event) + Buffer.byteLength(body);
  return recordHeaderBytes + text + (variants === undefined ? 0 : variantsBytes(variants));
}

/**
 * Writes a record at `at`, where recordBytes() bytes must be free, and returns its length.
 * Text that is no legal Unicode (a lone surrogate) becomes U+FFFD, as it does on the wire.
 * Layout: docs/reference/spool-file.md.
 */
export function encodeRecord(into: Buffer, at: number, { seq, message }: Entry): number {
  const contentAt = at + recordHeaderBytes;
  const variants = storedVariants(message.variants);
  const idAt = contentAt + tableBytes(variants.length);
  const idBytes = into.write(message.id, idAt);
  const eventBytes = into.write(message.event, idAt + idBytes);
  const bodyAt = idAt + idBytes + eventBytes;
  const bodyBytes = into.write(message.body, bodyAt);
  let end = bodyAt + bodyBytes;
  if (variants.length > 0) end = writeVariants(into, contentAt, bodyBytes, end, variants);
  into.writeUInt32LE(magicNumber, at);
  into.writeUInt32LE(end - at, at + 4);
  writeCount(into, seq, at + 8);
  into.writeDoubleLE(message.atMs, at + 16);
  into.writeUInt32LE(idBytes, at + 24);
  into.writeUInt32LE(eventBytes, at + 28);
  into.writeUInt32LE(kinds.indexOf(message.kind) + variants.length * 2 ** kindBits, at + 32);
  into.writeUInt32LE(crc32c(into, at, at + 36), at + 36);
  into.writeUInt32LE(crc32c(into, contentAt, end), at + 40);
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
  const table = tableBytes(variantsOf(from, at));
  const named = table + from.readUInt32LE(at + 24) + from.readUInt32LE(at + 28);
  if (seq === undefined || seq === 0 || length < recordHeaderBytes + named) return undefined;
  return { seq, length };
}

/** Whether the content of the record at `at`, all of it in `from`, is undamaged. */
export function isContentWhole(from: Buffer, at: number, { length }: RecordHeader): boolean {
  if ((from.readUInt32LE(at + 32) & kindMask) >= kinds.length) return false;
  const contentAt = at + recordHeaderBytes;
  const end = at + length;
  if (crc32c(from, contentAt, end) !== from.readUInt32LE(at + 40)) return false;
  const variants = variantsOf(from, at);
  return variants === 0 || isTableWhole(from, contentAt, variants, end - bodyPlace(from, at));
}

/** The message of a record that is known to be whole. */
export function decodeRecord(from: Buffer, at: number, { seq, length }: RecordHeader): Entry {
  const contentAt = at + recordHeaderBytes;
  const variants = variantsOf(from, at);
  const bodyAt = bodyPlace(from, at);
  const eventAt = bodyAt - from.readUInt32LE(at + 28);
  const end = variants === 0 ? at + length : bodyAt + from.readUInt32LE(contentAt);
  const message: Message = {
    id: from.toString('utf8', contentAt + tableBytes(variants), eventAt),
    kind: kinds[from.readUInt32LE(at + 32) & kindMask] ?? 'detect',
    event: from.toString('utf8', eventAt, bodyAt),
    atMs: from.readDoubleLE(at + 16),
    body: from.toString('utf8', bodyAt, end),
  };
  if (variants === 0) return { seq, message };
  return { seq, message: { ...message, variants: readVariants(from, contentAt, variants, end) } };
}

/** How many variants the record at `at` has. */
function variantsOf(from: Buffer, at: number): number {
  return from.readUInt32LE(at + 32) >>> kindBits;
}

/** Where the body of the record at `at` begins. */
function bodyPlace(from: Buffer, at: number): number {
  const idAt = at + recordHeaderBytes + tableBytes(variantsOf(from, at));
  return idAt + from.readUInt32LE(at + 24) + from.readUInt32LE(at + 28);
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
