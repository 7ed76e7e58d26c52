import { close, constants, fstat, open, read, readSync, statSync, type BigIntStats } from 'node:fs';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';

import { messageOf, ServiceError, type FeedRecord } from '../../core/index.js';
import {
  checkResident,
  decodeDescription,
  decodeHeader,
  headerBytes,
  noIndexHint,
  openIndex,
  recordsOf,
  type CompiledIndex,
  type DamageHandler,
  type FileSource,
  type IndexDescription,
  type IndexImage,
} from '../../matching/index.js';

const openFile = promisify(open);
const statFile = promisify<number, { bigint: true }, BigIntStats>(fstat);
const readFile = promisify(read);

/** Read and checked at a time: a millisecond of the thread at most. */
const pieceBytes = 1 << 21;

/** An index read from a file; the file stays open until close(). */
export interface OpenedIndex {
  readonly compiled: CompiledIndex;
  readonly description: IndexDescription;
  /** Bytes that stay in memory as long as the index is in use. */
  readonly residentBytes: number;
  /** Whether `path` leads to this very file, and it is open: another one may have replaced it. */
  isAt(path: string): boolean;
  /** Closes the file. The index must not be asked any more. */
  close(): void;
}

/** An open index file that is read in place. */
class IndexInput implements FileSource {
  readonly name: string;
  readonly size: number;
  readonly #found: BigIntStats;
  #descriptor: number | undefined;

  constructor(name: string, descriptor: number, found: BigIntStats) {
    this.name = name;
    this.size = Number(found.size);
    this.#found = found;
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
      const bytesRead = await this.#readSome(this.#descriptor, target, at, length, position + at);
      if (bytesRead === 0) throw cannotRead(this.name, 'it ends too early');
      checksum = crc32(target.subarray(at, at + bytesRead), checksum);
      at += bytesRead;
    }
    return checksum;
  }

  async #readSome(
    descriptor: number,
    target: Uint8Array,
    at: number,
    length: number,
    position: number,
  ): Promise<number> {
    try {
      return (await readFile(descriptor, target, at, length, position)).bytesRead;
    } catch (error) {
      throw cannotRead(this.name, messageOf(error), error);
    }
  }

  isAt(path: string): boolean {
    if (this.#descriptor === undefined) return false;
    const there = statSync(path, { bigint: true, throwIfNoEntry: false });
    return there?.ino === this.#found.ino && there.dev === this.#found.dev;
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
      isAt: (other) => input.isAt(other),
      close() {
        input.close();
      },
    };
  } catch (error) {
    input.close();
    throw error;
  }
}

/** An index file of which only the records are read. */
export interface OpenedRecords {
  readonly description: IndexDescription;
  records(feed: number): Iterable<FeedRecord>;
  close(): void;
}

/** Opens an index file for its records. Throws ServiceError TF_INDEX when it is none of this version. */
export async function openRecords(path: string): Promise<OpenedRecords> {
  const input = await openInput(path);
  try {
    const { header, description } = await describe(input);
    return {
      description,
      records: (feed) => recordsOf(input, header, description, feed),
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
  let descriptor: number | undefined;
  try {
    // Opening a pipe would wait for its writer.
    descriptor = await openFile(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = await statFile(descriptor, { bigint: true });
    if (found.isFile()) return new IndexInput(path, descriptor, found);
    close(descriptor, () => undefined);
    descriptor = undefined;
  } catch (error) {
    if (descriptor !== undefined) close(descriptor, () => undefined);
    throw cannotRead(path, messageOf(error), error);
  }
  throw new ServiceError('TF_INDEX', 'the index cannot be read: it is no regular file', {
    where: path,
    hint: noIndexHint,
  });
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
    hint: 'see that the file is there, can be read, and its disk is in order; a start or reload compiles it anew',
    cause,
  });
}
