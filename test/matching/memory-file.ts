import { crc32 } from 'node:zlib';

import type { FeedInfo, FeedRecord } from '../../forwarder/core/index.js';
import {
  checkResident,
  createIndexFileBuilder,
  decodeDescription,
  decodeHeader,
  headerBytes,
  openIndex,
  type CompiledIndex,
  type DamageHandler,
  type FileSink,
  type FileSource,
  type IndexImage,
} from '../../forwarder/matching/index.js';

/** A file in memory; counts how often it is read. */
export class MemoryFile implements FileSink, FileSource {
  readonly name = 'memory.index';
  bytes: Buffer = Buffer.alloc(0);
  reads = 0;

  get size(): number {
    return this.bytes.length;
  }

  write(bytes: Uint8Array, position: number): void {
    const end = position + bytes.length;
    if (end > this.bytes.length) {
      this.bytes = Buffer.concat([this.bytes, Buffer.alloc(end - this.bytes.length)]);
    }
    this.bytes.set(bytes, position);
  }

  read(target: Uint8Array, position: number): number {
    this.reads++;
    const piece = this.bytes.subarray(position, position + target.length);
    target.set(piece);
    return piece.length;
  }
}

export interface FeedRecords {
  readonly info: FeedInfo;
  readonly records: readonly FeedRecord[];
}

/** Compiles feeds into a file in memory. */
export function fileOf(feeds: readonly FeedRecords[], details: unknown = null): MemoryFile {
  const file = new MemoryFile();
  const builder = createIndexFileBuilder(file);
  for (const { info, records } of feeds) {
    const number = builder.addFeed(info);
    for (const record of records) builder.addRecord(number, record);
  }
  builder.finish(details);
  return file;
}

/** Reads what stays in memory of a file, into memory that threads can share; checks all of it. */
export function imageOf({ bytes, name, size }: MemoryFile): IndexImage {
  const header = decodeHeader(bytes.subarray(0, headerBytes), size, name);
  const { residentAt, residentBytes, descriptionAt, descriptionBytes } = header;
  const resident = new Uint8Array(new SharedArrayBuffer(residentBytes));
  resident.set(bytes.subarray(residentAt, residentAt + residentBytes));
  checkResident(resident.length, crc32(resident), header, name);
  const described = bytes.subarray(descriptionAt, descriptionAt + descriptionBytes);
  return { header, description: decodeDescription(described, header, name), resident };
}

export function openFile(file: MemoryFile, onDamage?: DamageHandler): CompiledIndex {
  return openIndex(imageOf(file), file, onDamage);
}
