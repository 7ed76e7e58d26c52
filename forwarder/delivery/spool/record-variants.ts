import type { Message } from '../../core/index.js';
import { isDialectName, longestDialectName } from '../wording.js';

type Variants = NonNullable<Message['variants']>;

/** Names and texts as a record keeps them, in their order. */
export type StoredVariants = readonly (readonly [name: string, text: string])[];

/** The number of them has 16 bits. */
const mostVariants = 2 ** 16 - 1;

const none: StoredVariants = [];

/** What a record keeps of the variants: all of which a collector can have the name. */
export function storedVariants(variants: Variants | undefined): StoredVariants {
  if (variants === undefined) return none;
  const stored = Object.entries(variants).filter(([name]) => isDialectName(name));
  return stored.length <= mostVariants ? stored : stored.slice(0, mostVariants);
}

/** Bytes of the table of so many variants: none when there are none. */
export function tableBytes(count: number): number {
  return count === 0 ? 0 : 4 + 8 * count;
}

/** Upper limit for the bytes of table, names and texts, without looking at every character. */
export function variantsBound(variants: Variants): number {
  let bytes = 4;
  for (const [name, text] of Object.entries(variants)) bytes += 8 + 3 * (name.length + text.length);
  return bytes;
}

/** Exactly the bytes of table, names and texts. */
export function variantsBytes(variants: Variants): number {
  const stored = storedVariants(variants);
  let bytes = tableBytes(stored.length);
  for (const [name, text] of stored) bytes += Buffer.byteLength(name) + Buffer.byteLength(text);
  return bytes;
}

/** Writes the table at `tableAt`, names and texts at `at`; returns where those end. */
export function writeVariants(
  into: Buffer,
  tableAt: number,
  bodyBytes: number,
  at: number,
  variants: StoredVariants,
): number {
  into.writeUInt32LE(bodyBytes, tableAt);
  let row = tableAt + 4;
  let end = at;
  for (const [name, text] of variants) {
    const nameBytes = into.write(name, end);
    const textBytes = into.write(text, end + nameBytes);
    into.writeUInt32LE(nameBytes, row);
    into.writeUInt32LE(textBytes, row + 4);
    row += 8;
    end += nameBytes + textBytes;
  }
  return end;
}

/** Whether the table at `tableAt`, all of it in `from`, tells of just so many bytes, body included. */
export function isTableWhole(from: Buffer, tableAt: number, count: number, bytes: number): boolean {
  let told = from.readUInt32LE(tableAt);
  const end = tableAt + tableBytes(count);
  for (let row = tableAt + 4; row < end; row += 8) {
    const nameBytes = from.readUInt32LE(row);
    if (nameBytes === 0 || nameBytes > longestDialectName) return false;
    told += nameBytes + from.readUInt32LE(row + 4);
  }
  return told === bytes;
}

/** The variants whose names and texts begin at `at`; their table is known to be whole. */
export function readVariants(from: Buffer, tableAt: number, count: number, at: number): Variants {
  const variants: (readonly [string, string])[] = [];
  const end = tableAt + tableBytes(count);
  let nameAt = at;
  for (let row = tableAt + 4; row < end; row += 8) {
    const textAt = nameAt + from.readUInt32LE(row);
    const textEnd = textAt + from.readUInt32LE(row + 4);
    variants.push([from.toString('utf8', nameAt, textAt), from.toString('utf8', textAt, textEnd)]);
    nameAt = textEnd;
  }
  // Makes own properties of all names, `__proto__` included.
  return Object.fromEntries(variants);
}
