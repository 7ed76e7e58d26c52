/** Reversed form of the Castagnoli polynomial 0x1EDC6F41. */
const polynomial = 0x82f63b78;

/** Table k·256 + b: what byte b adds when k more bytes follow it. */
const tables = makeTables();

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    made[byte] = value;
  }
  for (let at = 256; at < made.length; at++) {
    const before = made[at - 256] ?? 0;
    made[at] = (before >>> 8) ^ (made[before & 255] ?? 0);
  }
  return made;
}

/**
 * CRC32C (Castagnoli; RFC 3720, 12.1 and B.4) of bytes[start, end[, as an unsigned number. Eight bytes
 * a turn, by tables. Two parts of one text: `crc32c(second, 0, n, crc32c(first, 0, m))`.
 */
export function crc32c(bytes: Uint8Array, start: number, end: number, before = 0): number {
  const table = tables;
  let crc = ~before;
  let at = start;
  for (const last = end - 7; at < last; at += 8) {
    // Bounds are those of the loop; indexes into the table are at most 2,047.
    crc ^=
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    crc =
      (table[1792 + (crc & 255)] as number) ^
      (table[1536 + ((crc >>> 8) & 255)] as number) ^
      (table[1280 + ((crc >>> 16) & 255)] as number) ^
      (table[1024 + (crc >>> 24)] as number) ^
      (table[768 + (bytes[at + 4] as number)] as number) ^
      (table[512 + (bytes[at + 5] as number)] as number) ^
      (table[256 + (bytes[at + 6] as number)] as number) ^
      (table[bytes[at + 7] as number] as number);
  }
  for (; at < end; at++) {
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] as number)) & 255] as number);
  }
  return ~crc >>> 0;
}
