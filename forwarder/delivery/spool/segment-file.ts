import { crc32c } from './crc32c.js';
import { largestFirstSeq, readCount, writeCount } from './record.js';

/** Bytes of a segment file before its first record. */
export const segmentHeaderBytes = 32;

const magic = 'TFSPOOL\n';
const version = 1;

/** What a segment file says about itself. */
export interface SegmentHeader {
  /** Number of the first message in it. */
  readonly firstSeq: number;
  /** All messages below this were done with when it was begun: a gap below it is no loss. */
  readonly floor: number;
}

export function encodeSegmentHeader({ firstSeq, floor }: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(segmentHeaderBytes);
  bytes.write(magic, 0, 'latin1');
  bytes.writeUInt32LE(version, 8);
  writeCount(bytes, firstSeq, 12);
  writeCount(bytes, floor, 20);
  bytes.writeUInt32LE(crc32c(bytes, 0, 28), 28);
  return bytes;
}

export type HeaderFinding =
  | ({ readonly kind: 'header' } & SegmentHeader)
  /** Damaged or not there: what follows may be good nevertheless. */
  | { readonly kind: 'damaged' }
  /** Undamaged, and made by another version: what follows cannot be understood. */
  | { readonly kind: 'version'; readonly version: number };

/** Reads the header; `from` may be shorter than one. */
export function decodeSegmentHeader(from: Buffer): HeaderFinding {
  if (from.length < segmentHeaderBytes || from.toString('latin1', 0, 8) !== magic) {
    return { kind: 'damaged' };
  }
  if (crc32c(from, 0, 28) !== from.readUInt32LE(28)) return { kind: 'damaged' };
  const found = from.readUInt32LE(8);
  if (found !== version) return { kind: 'version', version: found };
  const firstSeq = readCount(from, 12);
  const floor = readCount(from, 20);
  if (firstSeq === undefined || floor === undefined) return { kind: 'damaged' };
  return { kind: 'header', firstSeq, floor };
}

/** The name of the segment whose first message has this number. Names sort as numbers do. */
export function segmentName(firstSeq: number): string {
  return `${String(firstSeq).padStart(16, '0')}.spool`;
}

/** The number in a segment's name; undefined for other files. */
export function seqOfName(name: string): number | undefined {
  const digits = /^(\d{16})\.spool$/.exec(name)?.[1];
  const seq = Number(digits ?? 0);
  return seq >= 1 && seq <= largestFirstSeq ? seq : undefined;
}
