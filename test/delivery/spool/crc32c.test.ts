import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { crc32c } from '../../../forwarder/delivery/spool/crc32c.js';

const crcOf = (bytes: Uint8Array): number => crc32c(bytes, 0, bytes.length);

describe('CRC32C', () => {
  // RFC 3720, B.4; the checksums stand there in the order of their bytes on the wire.
  const iscsiRead = Buffer.from(
    '01c00000000000000000000000000000140000000000040000000014000000182800000000000000' +
      '0200000000000000',
    'hex',
  );
  test.each([
    ['32 bytes of zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['32 bytes, ascending', Uint8Array.from({ length: 32 }, (_, at) => at), 0x46dd794e],
    ['32 bytes, descending', Uint8Array.from({ length: 32 }, (_, at) => 31 - at), 0x113fdb5c],
    ['an iSCSI SCSI read command', iscsiRead, 0xd9963a56],
    ['the usual check', Buffer.from('123456789'), 0xe3069283],
    ['nothing', new Uint8Array(0), 0],
  ])('%s', (_name, bytes, expected) => {
    expect(crcOf(bytes)).toBe(expected);
  });

  test('by tables as bit by bit, at any place and length, whole and in two parts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(200), (bytes, a, b) => {
        const start = Math.min(a, b, bytes.length);
        const end = Math.min(Math.max(a, b), bytes.length);
        const expected = slowly(bytes.subarray(start, end));
        const middle = (start + end) >>> 1;
        expect(crc32c(bytes, start, end)).toBe(expected);
        expect(crc32c(bytes, middle, end, crc32c(bytes, start, middle))).toBe(expected);
      }),
    );
  });
});

function slowly(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}
