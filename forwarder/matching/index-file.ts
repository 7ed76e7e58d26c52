import { crc32 } from 'node:zlib';

import {
  ServiceError,
  type CandidateFilter,
  type FeedInfo,
  type FeedRecord,
} from '../core/index.js';
import { BlockReader, blockBytes, BlockWriter, compileAnew } from './blocks.js';
import type { FileSink, FileSource } from './blocks.js';
import { encodeHeader, headerBytes, type FileHeader } from './file-header.js';
import { randomSeed, type CompiledIndex } from './index-builder.js';
import { IndexCompiler } from './index-compiler.js';
import { readRecords } from './record-reader.js';
import { CompiledThreatIndex, type DamageHandler, type IndexContent } from './threat-index.js';

/** The parts of the filter that are a few words; the others are the resident part. */
type FilterScalars = Omit<CandidateFilter, 'seed' | 'keys' | 'ipv4Ranges' | 'ipv4Blocks'> & {
  readonly seed: readonly number[];
};

/** What an index file says about itself, as JSON; `details` is what its maker wanted kept. */
export interface IndexDescription {
  readonly content: IndexContent;
  readonly filter: FilterScalars;
  readonly keyCount: number;
  readonly details: unknown;
}

/** An index file as it is in memory. Several threads may use one: `resident` may be shared. */
export interface IndexImage {
  readonly header: FileHeader;
  readonly description: IndexDescription;
  readonly resident: Uint8Array;
}

/** Takes feeds record by record and writes them as an index file. */
export interface IndexFileBuilder {
  /** As IndexBuilder. */
  addFeed(info: FeedInfo): number;
  addRecord(feed: number, record: FeedRecord): void;
  /** Writes the rest. `details`: JSON that is kept with the index. Nothing is taken after it. */
  finish(details: unknown): IndexDescription;
}

/** Begins an index file: records are written as they come, the first page last. */
export function createIndexFileBuilder(sink: FileSink, seed = randomSeed()): IndexFileBuilder {
  const blocks = new BlockWriter(sink, headerBytes);
  const compiler = new IndexCompiler(blocks, seed);
  return {
    addFeed: (info) => compiler.addFeed(info),
    addRecord(feed, record) {
      compiler.addRecord(feed, record);
    },
    finish(details) {
      const { content, filter } = compiler.compile();
      const { keys, ipv4Ranges, ipv4Blocks, ...scalars } = filter;
      const blockCount = blocks.finish();
      const description: IndexDescription = {
        content,
        filter: { ...scalars, seed: [...seed] },
        keyCount: keys.size,
        details,
      };
      const residentAt = headerBytes + blockCount * blockBytes;
      const resident = new Checksummed(sink, residentAt);
      for (const part of [keys.slots, keys.bloom, ipv4Ranges, ipv4Blocks]) resident.write(part);
      const described = new Checksummed(sink, residentAt + resident.length);
      described.write(Buffer.from(JSON.stringify(description)));
      const header = encodeHeader({
        fileSize: residentAt + resident.length + described.length,
        blockCount,
        residentAt,
        residentBytes: resident.length,
        residentChecksum: resident.checksum,
        descriptionAt: residentAt + resident.length,
        descriptionBytes: described.length,
        descriptionChecksum: described.checksum,
        slotCount: keys.slotCount,
        bloomWords: keys.bloom.length,
        rangeCount: ipv4Ranges.length / 2,
        rangeBlocks: ipv4Blocks.length,
      });
      // Only with its first page the file is an index: a broken write leaves none.
      sink.write(header, 0);
      return description;
    },
  };
}

const pieceBytes = 1 << 20;

/** Writes one after the other, in pieces, and takes the checksum. */
class Checksummed {
  readonly #sink: FileSink;
  readonly #position: number;
  length = 0;
  checksum = 0;

  constructor(sink: FileSink, position: number) {
    this.#sink = sink;
    this.#position = position;
  }

  write(array: Uint8Array | Uint32Array): void {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const piece = bytes.subarray(at, at + pieceBytes);
      this.#sink.write(piece, this.#position + this.length);
      this.checksum = crc32(piece, this.checksum);
      this.length += piece.length;
    }
  }
}

/** Reads the description's bytes. Throws ServiceError TF_INDEX when they are damaged. */
export function decodeDescription(
  bytes: Uint8Array,
  header: FileHeader,
  name: string,
): IndexDescription {
  checkSum(bytes.length, header.descriptionBytes, crc32(bytes), header.descriptionChecksum, name);
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as IndexDescription;
}

/** Throws ServiceError TF_INDEX unless the resident part is whole; `checksum` is its CRC-32. */
export function checkResident(
  length: number,
  checksum: number,
  header: FileHeader,
  name: string,
): void {
  checkSum(length, header.residentBytes, checksum, header.residentChecksum, name);
}

function checkSum(
  length: number,
  expectedLength: number,
  checksum: number,
  expected: number,
  name: string,
): void {
  if (length === expectedLength && checksum === expected) return;
  throw new ServiceError('TF_INDEX', 'the index is damaged: its checksum is wrong', {
    where: name,
    hint: compileAnew,
  });
}

/**
 * The index of an image. Nothing is copied: the filter's arrays lie in the image's resident part.
 * `source` must give the file's bytes as long as the index is in use; `onDamage` is told what of it
 * cannot be read (when absent, find() throws).
 */
export function openIndex(
  { header, description, resident }: IndexImage,
  source: FileSource,
  onDamage?: DamageHandler,
): CompiledIndex {
  const { content, filter: scalars, keyCount } = description;
  const { slotCount, bloomWords, rangeCount, rangeBlocks } = header;
  let at = resident.byteOffset;
  const words = (count: number): Uint32Array => {
    const array = new Uint32Array(resident.buffer, at, count);
    at += array.byteLength;
    return array;
  };
  const slots = words(slotCount * 2);
  const bloom = words(bloomWords);
  const ipv4Ranges = words(rangeCount * 2);
  const ipv4Blocks = new Uint8Array(resident.buffer, at, rangeBlocks);
  const filter: CandidateFilter = {
    ...scalars,
    seed: Uint32Array.from(scalars.seed),
    keys: { size: keyCount, slotCount, slots, bloomMask: bloomWords - 1, bloom },
    ipv4Ranges,
    ipv4Blocks,
  };
  const blocks = new BlockReader(source, headerBytes, header.blockCount);
  return { index: new CompiledThreatIndex(content, filter, blocks, onDamage), filter };
}

/**
 * The records of one feed of an index file, in their order; `feed` is its number. Neither keys nor
 * resident part are needed for it. Throws ServiceError TF_INDEX where the file is damaged.
 */
export function recordsOf(
  source: FileSource,
  header: FileHeader,
  { content }: IndexDescription,
  feed: number,
): Generator<FeedRecord, void, undefined> {
  return readRecords(new BlockReader(source, headerBytes, header.blockCount), content, feed);
}
