import fc from 'fast-check';

import type { Entry, SpoolFile } from '../../../forwarder/delivery/spool/index.js';
import { encodeRecord, recordBound } from '../../../forwarder/delivery/spool/record.js';
import { encodeSegmentHeader } from '../../../forwarder/delivery/spool/segment-file.js';
import { SegmentScanner } from '../../../forwarder/delivery/spool/segment-scanner.js';

const text = (maxLength: number): fc.Arbitrary<string> => fc.string({ unit: 'binary', maxLength });

const messages = fc.array(
  fc.record({
    id: text(12),
    kind: fc.constantFrom('detect' as const, 'status' as const, 'evaluation' as const),
    event: text(12),
    atMs: fc.double(),
    body: text(200),
  }),
  { maxLength: 12 },
);

/** What is done to the bytes of a segment file; places are parts of its length. */
const damage = fc.array(
  fc.record({
    kind: fc.constantFrom('replace', 'replace', 'cut', 'insert', 'repeat'),
    place: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 120 }),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      fc.constant(Uint8Array.from([0xf8, 0x54, 0x46, 0xf9])),
    ),
  }),
  { maxLength: 4 },
);

/** A file in memory that gives its bytes in small pieces. */
function memoryFile(bytes: Buffer, piece: number): SpoolFile {
  const refuse = (): Promise<never> => Promise.reject(new Error('only to be read'));
  return {
    read: (into, at, length, position) =>
      Promise.resolve(
        bytes.copy(into, at, position, position + Math.min(length, piece, into.length - at)),
      ),
    write: refuse,
    sync: refuse,
    truncate: refuse,
    facts: refuse,
    close: () => Promise.resolve(),
  };
}

/**
 * A segment file of random messages, damaged at random and read in pieces. Held: nothing throws and
 * nothing goes on for ever; numbers ascend; what is given is what was written; where bytes were only
 * replaced, every message of which none was is given.
 */
export const damagedSegments = fc.asyncProperty(
  messages,
  fc.integer({ min: 1, max: 2 ** 50 }),
  damage,
  fc.integer({ min: 1, max: 5000 }),
  async (given, firstSeq, wounds, piece) => {
    const entries = given.map((message, index): Entry => ({ seq: firstSeq + index, message }));
    const parts = [encodeSegmentHeader({ firstSeq, floor: firstSeq })];
    const places: { readonly at: number; readonly end: number }[] = [];
    let size = parts[0]!.length;
    for (const entry of entries) {
      const record = Buffer.alloc(recordBound(entry.message));
      const length = encodeRecord(record, 0, entry);
      places.push({ at: size, end: size + length });
      size += length;
      parts.push(record.subarray(0, length));
    }
    let bytes: Buffer = Buffer.concat(parts);
    const touched = new Set<number>();
    let isInPlace = true;
    for (const { kind, place, length, bytes: other } of wounds) {
      const at = Math.floor(place * bytes.length);
      const end = Math.min(bytes.length, at + length);
      const [before, inside, after] = [
        bytes.subarray(0, at),
        bytes.subarray(at, end),
        bytes.subarray(end),
      ];
      if (kind === 'replace') {
        bytes = Buffer.from(bytes);
        for (const [index, byte] of other.entries()) {
          if (at + index >= bytes.length) break;
          bytes[at + index] = byte;
          places.forEach((one, number) => {
            if (at + index >= one.at && at + index < one.end) touched.add(number);
          });
        }
        continue;
      }
      isInPlace = false;
      if (kind === 'cut') bytes = Buffer.concat([before, after]);
      else if (kind === 'insert') bytes = Buffer.concat([before, other, inside, after]);
      else bytes = Buffer.concat([before, inside, inside, after]);
    }

    const limit = bytes.length;
    const endSeq = firstSeq + entries.length;
    const file = memoryFile(bytes, piece);
    const scanner = new SegmentScanner({ file, firstSeq, endSeq, from: 0, limit });
    const found = new Map<number, Entry>();
    let last = 0;
    for (let steps = 0; ; steps++) {
      if (steps > 2 * limit + 100) throw new Error('it does not come to an end');
      const header = scanner.next(1);
      if (header) {
        if (header.seq <= last) throw new Error(`number ${header.seq} after ${last}`);
        last = header.seq;
        found.set(header.seq, scanner.entry(header));
      } else if (!(await scanner.fill())) break;
    }
    for (const [index, entry] of entries.entries()) {
      const got = found.get(entry.seq);
      if (got !== undefined && !isEqual(got, entry)) throw new Error(`alien: ${entry.seq}`);
      if (got === undefined && isInPlace && !touched.has(index)) {
        throw new Error(`undamaged, and not found: ${entry.seq}`);
      }
    }
    if ([...found.keys()].some((seq) => seq < firstSeq || seq >= endSeq)) throw new Error('alien');
  },
);

function isEqual({ message: one }: Entry, { message: other }: Entry): boolean {
  return (
    one.id === other.id &&
    one.kind === other.kind &&
    one.event === other.event &&
    Object.is(one.atMs, other.atMs) &&
    one.body === other.body
  );
}
