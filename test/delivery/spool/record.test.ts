import { createHash } from 'node:crypto';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Message } from '../../../forwarder/core/index.js';
import { crc32c } from '../../../forwarder/delivery/spool/crc32c.js';
import {
  decodeRecord,
  encodeRecord,
  isContentWhole,
  readHeader,
  recordBound,
  recordBytes,
  recordHeaderBytes,
} from '../../../forwarder/delivery/spool/record.js';
import { fuzzRuns } from '../../support/fuzz-runs.js';
import { entryOf } from './entries.js';

const text = fc.string({ unit: 'binary', maxLength: 60 });
const name = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 16 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', '7', '07', 'ü'.repeat(32)),
);
const named = fc.uniqueArray(fc.tuple(name, text), {
  selector: ([one]) => one,
  minLength: 1,
  maxLength: 6,
});
/** With variants that are own properties, whatever their names are. */
const message: fc.Arbitrary<Message> = fc
  .record({
    id: text,
    kind: fc.constantFrom('detect' as const, 'status' as const, 'evaluation' as const),
    event: text,
    atMs: fc.double(),
    body: text,
    variants: named,
  })
  .map((given) => ({ ...given, variants: Object.fromEntries(given.variants) }));

function encoded(given: Message, seq = 7): Buffer {
  const into = Buffer.alloc(recordBound(given));
  return into.subarray(0, encodeRecord(into, 0, { seq, message: given }));
}

/** The message of the record at the beginning of these bytes; undefined when that is damaged. */
function decoded(bytes: Buffer): Message | undefined {
  const header = readHeader(bytes, 0);
  if (header === undefined || header.length > bytes.length) return undefined;
  if (!isContentWhole(bytes, 0, header)) return undefined;
  return decodeRecord(bytes, 0, header).message;
}

const plain: Message = {
  id: 'a1',
  kind: 'status',
  event: 'KL_ALERT_X',
  atMs: 1_790_000_000_000,
  body: 'LEEF:1.0|x',
};
const small: Message = { ...plain, variants: { arcsight: 'CEF:0|x', 'ours-2': '' } };

describe('records without variants', () => {
  test('are, byte by byte, those of the versions that knew no variants', () => {
    const hash = createHash('sha256');
    for (let seq = 1; seq <= 500; seq++) hash.update(encoded(entryOf(seq).message, seq));
    expect(hash.digest('hex')).toBe(
      '3c356e0ea7cd5ddf8ae8fb9df09d37c74b8a47095248a692dae85b52e3ec3113',
    );
  });

  test('have none when they are read', () => {
    for (const variants of [undefined, {}]) {
      expect(decoded(encoded({ ...small, variants }))).toEqual(plain);
      expect(encoded({ ...small, variants })).toEqual(encoded(plain));
    }
  });
});

describe('records with variants', () => {
  test('give back every text under its own name, in as many bytes as was said', () => {
    fc.assert(
      fc.property(message, (given) => {
        const bytes = encoded(given);
        expect(bytes.length).toBe(recordBytes(given));
        const back = decoded(bytes)!;
        expect(Object.getOwnPropertyNames(back.variants)).toEqual(
          Object.getOwnPropertyNames(given.variants),
        );
        expect(Object.entries(back.variants!)).toEqual(Object.entries(given.variants!));
        expect({ ...back, variants: 0 }).toEqual({ ...given, variants: 0 });
      }),
      { numRuns: fuzzRuns(300) },
    );
  });

  test('leave out what no collector can ask for: no name, one of more than 64 bytes', () => {
    const odd = { '': 'x', ['é'.repeat(33)]: 'y', ok: 'z', ['é'.repeat(32)]: 'w' };
    expect(decoded(encoded({ ...small, variants: odd }))?.variants).toEqual({
      ok: 'z',
      ['é'.repeat(32)]: 'w',
    });
    expect(encoded({ ...small, variants: { '': 'x' } })).toEqual(encoded(plain));
  });

  test('keep at most 65,535 of them', () => {
    const many = Object.fromEntries(Array.from({ length: 70_000 }, (_, n) => [`d${n}`, '']));
    const bytes = encoded({ ...small, variants: many });
    expect(bytes.length).toBe(recordBytes({ ...small, variants: many }));
    expect(Object.keys(decoded(bytes)!.variants!)).toHaveLength(65_535);
  });
});

describe('a damaged record with variants', () => {
  test('is found out whichever bit has flipped', () => {
    const whole = encoded(small);
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const bytes = Buffer.from(whole);
      bytes[bit >>> 3]! ^= 1 << (bit & 7);
      expect(decoded(bytes)).toBeUndefined();
    }
  });

  test('is found out wherever it was cut', () => {
    const whole = encoded(small);
    for (let end = 0; end < whole.length; end++) {
      expect(decoded(whole.subarray(0, end))).toBeUndefined();
      // Other bytes follow where it ended.
      const filled = Buffer.alloc(whole.length, 0x2e);
      whole.copy(filled, 0, 0, end);
      expect(decoded(filled)).toBeUndefined();
    }
  });

  test('of checksums that are right: does no harm, and gives no byte of another record', () => {
    const ascii = fc.string({ unit: fc.constantFrom('a', 'b', '='), minLength: 1, maxLength: 20 });
    const given = fc.dictionary(ascii, ascii, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
    const words = fc.array(
      fc.tuple(fc.nat(14), fc.oneof(fc.nat(90), fc.integer({ min: 0, max: 2 ** 32 - 1 }))),
      { minLength: 1, maxLength: 3 },
    );
    let refused = 0;
    fc.assert(
      fc.property(given, words, (variants, changes) => {
        const record = encoded({ ...small, variants });
        const { length } = record;
        const bytes = Buffer.concat([record, Buffer.alloc(200, 0x23)]);
        // The kind, the lengths before it, and the words of the table.
        for (const [word, value] of changes) {
          const place = (word - 3) % (1 + 2 * Object.keys(variants).length);
          const at = word < 3 ? 24 + 4 * word : recordHeaderBytes + 4 * place;
          bytes.writeUInt32LE(value, at);
        }
        bytes.writeUInt32LE(crc32c(bytes, 0, 36), 36);
        bytes.writeUInt32LE(crc32c(bytes, recordHeaderBytes, length), 40);
        const back = decoded(bytes);
        if (back === undefined) {
          refused++;
          return;
        }
        const texts = [
          back.id,
          back.event,
          back.body,
          ...Object.entries(back.variants ?? {}).flat(),
        ];
        expect(texts.join('')).not.toContain('#');
        expect(texts.join('').length).toBeLessThanOrEqual(length);
      }),
      { numRuns: fuzzRuns(2000) },
    );
    expect(refused).toBeGreaterThan(0);
  });

  test.each([
    ['a body that is longer than the record', 44, 1000],
    ['a body that ends too soon', 44, 3],
    ['a name without a byte', 48, 0],
    ['a name of 65 bytes', 48, 65],
    ['a text that is too long', 52, 8],
    ['a table that is longer than the record', 32, 0x10000 * 40 + 1],
    ['one variant less than there are', 32, 0x10000 + 1],
    ['a kind that does not exist', 32, 0x20000 + 3],
  ])('%s: refused, though the checksums are right', (_, at, value) => {
    const bytes = encoded(small);
    bytes.writeUInt32LE(value, at);
    bytes.writeUInt32LE(crc32c(bytes, 0, 36), 36);
    bytes.writeUInt32LE(crc32c(bytes, recordHeaderBytes, bytes.length), 40);
    expect(decoded(bytes)).toBeUndefined();
  });
});
