import { crc32 } from 'node:zlib';

import { ServiceError } from '../core/index.js';
import { compileAnew } from './blocks.js';

/** Bytes of the first page: the header. */
export const headerBytes = 4096;
export const formatVersion = 2;
/** What to do about a file that is none of this program's; nobody should remove it. */
export const noIndexHint = 'give the file that feeds compile or the service wrote: threats.index';

const magic = Buffer.from('TFINDEX\n', 'latin1');
/** Written by the machine's own order, as the resident part is. */
const byteOrder = 0x0a0b0c0d;
const byteOrderAt = 12;
const fieldsAt = 16;
const checksumAt = headerBytes - 4;

/** All numbers of the header, in their order; u64 each, low part first. */
const fields = [
  'fileSize',
  'blockCount',
  'residentAt',
  'residentBytes',
  'residentChecksum',
  'descriptionAt',
  'descriptionBytes',
  'descriptionChecksum',
  'slotCount',
  'bloomWords',
  'rangeCount',
  'rangeBlocks',
] as const;

/**
 * Where everything is in an index file, and the checksums of what is read as a whole. Sizes in
 * bytes; docs/reference/index-file.md has the layout.
 */
export type FileHeader = Readonly<Record<(typeof fields)[number], number>>;

/** The first page of an index file. */
export function encodeHeader(header: FileHeader): Buffer {
  const page = Buffer.alloc(headerBytes);
  magic.copy(page);
  page.writeUInt32LE(formatVersion, magic.length);
  new Uint32Array(page.buffer, page.byteOffset + byteOrderAt, 1)[0] = byteOrder;
  fields.forEach((name, index) => {
    page.writeBigUInt64LE(BigInt(header[name]), fieldsAt + index * 8);
  });
  page.writeUInt32LE(crc32(page.subarray(0, checksumAt)), checksumAt);
  return page;
}

/**
 * Reads the first page of a file of `size` bytes; `name` is its path. Throws ServiceError TF_INDEX
 * for anything that is not a whole index of this version made on a machine such as this.
 */
export function decodeHeader(page: Uint8Array, size: number, name: string): FileHeader {
  const fail = (message: string, hint = compileAnew): never => {
    throw new ServiceError('TF_INDEX', message, { where: name, hint });
  };
  const bytes = Buffer.from(page);
  if (!bytes.subarray(0, magic.length).equals(magic)) {
    return fail(
      'this is not an index file of this program, or it was not written to its end',
      noIndexHint,
    );
  }
  if (bytes.length < headerBytes) return fail('the index ends within its header');
  const version = bytes.readUInt32LE(magic.length);
  if (version !== formatVersion) {
    return fail(`the index has format version ${version}, this program reads ${formatVersion}`);
  }
  const own = new Uint32Array(Uint8Array.from(bytes.subarray(byteOrderAt, fieldsAt)).buffer)[0];
  if (own !== byteOrder) return fail('the index was compiled on a machine of another byte order');
  if (bytes.readUInt32LE(checksumAt) !== crc32(bytes.subarray(0, checksumAt))) {
    return fail('the header of the index is damaged');
  }
  const header = Object.fromEntries(
    fields.map((field, index) => [field, Number(bytes.readBigUInt64LE(fieldsAt + index * 8))]),
  ) as FileHeader;
  if (header.fileSize !== size) {
    return fail(`the index has ${size} bytes instead of ${header.fileSize}`);
  }
  return header;
}
