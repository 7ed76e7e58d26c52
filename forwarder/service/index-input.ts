import { close, fstat, open, read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';

import { messageOf, ServiceError } from '../core/index.js';
import {
  checkResident,
  decodeDescription,
  decodeHeader,
  headerBytes,
  openIndex,
  type CompiledIndex,
  type DamageHandler,
  type FileSource,
  type IndexDescription,
  type IndexImage,
} from '../matching/index.js';

const openFile = promisify(open);
const statFile = promisify(fstat);
const readFile = promisify(read);

/** Read and checked at a time: a millisecond of the thread at most. */
const pieceBytes = 1 << 21;

/** An index read from a file; the file stays open until close(). */
export interface OpenedIndex {
  readonly compiled: CompiledIndex;
  readonly description: IndexDescription;
  /** Bytes that stay in memory as long as the index is in use. */
  readonly residentBytes: number;
  /** Closes the file. The index must not be asked any more. */
  close(): void;
}

/** An open index file that is read in place. */
class IndexInput implements FileSource {
  readonly name: string;
  readonly size: number;
  #descriptor: number | undefined;

  constructor(name: string, descriptor: number, size: number) {
    this.name = name;
    this.size = size;
    this.#descriptor = descriptor;
  }

  read(target: Uint8Array, position: number): number {
    // A closed descriptor's number may be another file's by now.
    if (this.#descriptor === undefined) throw cannotRead(this.name, 'it is closed');
    try {
      return readSync(this.#descriptor, target, 0, target.length, position);
    } catch (error) {
      throw cannotRead(this.name, messageOf(error), error);
    }
  }

  /** Fills the target without holding up the thread; gives its CRC-32. */
  async fill(target: Uint8Array, position: number, signal?: AbortSignal): Promise<number> {
    let checksum = 0;
    for (let at = 0; at < target.length;) {
      signal?.throwIfAborted();
      if (this.#descriptor === undefined) throw cannotRead(this.name, 'it is closed');
      const length = Math.min(pieceBytes, target.length - at);
      const { bytesRead } = await readFile(this.#descriptor, target, at, length, position + at);
      if (bytesRead === 0) throw cannotRead(this.name, 'it ends too early');
      checksum = crc32(target.subarray(at, at + bytesRead), checksum);
      at += bytesRead;
    }
    return checksum;
  }

  close(): void {
    if (this.#descriptor !== undefined) close(this.#descriptor, () => undefined);
    this.#descriptor = undefined;
  }
}

/** Reads what a file says about itself, not its keys. Throws ServiceError TF_INDEX. */
export async function readDescription(path: string): Promise<{
  readonly header: IndexImage['header'];
  readonly description: IndexDescription;
}> {
  const input = await openInput(path);
  try {
    return await describe(input);
  } finally {
    input.close();
  }
}

/**
 * Opens an index file: its keys come into memory that threads can share, the rest is read when it is
 * needed. Throws ServiceError TF_INDEX when it is no whole index of this version. `accepts` may
 * refuse it before the keys are read; undefined then.
 */
export async function openIndexFile(
  path: string,
  options: {
    readonly accepts?: (description: IndexDescription) => boolean;
    readonly onDamage?: DamageHandler | undefined;
    readonly signal?: AbortSignal | undefined;
  } = {},
): Promise<OpenedIndex | undefined> {
  const { accepts = () => true, onDamage, signal } = options;
  const input = await openInput(path);
  try {
    const { header, description } = await describe(input);
    if (!accepts(description)) {
      input.close();
      return undefined;
    }
    const resident = new Uint8Array(new SharedArrayBuffer(header.residentBytes));
    const checksum = await input.fill(resident, header.residentAt, signal);
    checkResident(resident.length, checksum, header, path);
    return {
      compiled: openIndex({ header, description, resident }, input, onDamage),
      description,
      residentBytes: header.residentBytes,
      close() {
        input.close();
      },
    };
  } catch (error) {
    input.close();
    throw error;
  }
}

async function openInput(path: string): Promise<IndexInput> {
  try {
    const descriptor = await openFile(path, 'r');
    const { size } = await statFile(descriptor);
    return new IndexInput(path, descriptor, size);
  } catch (error) {
    throw cannotRead(path, messageOf(error), error);
  }
}

async function describe(input: IndexInput): Promise<Pick<IndexImage, 'header' | 'description'>> {
  const page = new Uint8Array(Math.min(headerBytes, input.size));
  await input.fill(page, 0);
  const header = decodeHeader(page, input.size, input.name);
  const described = new Uint8Array(header.descriptionBytes);
  await input.fill(described, header.descriptionAt);
  return { header, description: decodeDescription(described, header, input.name) };
}

function cannotRead(path: string, reason: string, cause?: unknown): ServiceError {
  return new ServiceError('TF_INDEX', `the index cannot be read: ${reason}`, {
    where: path,
    hint: 'see that the file is there and its disk in order; a start or reload compiles it anew',
    cause,
  });
}
