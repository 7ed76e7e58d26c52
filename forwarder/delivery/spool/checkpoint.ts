import { join } from 'node:path';

import { crc32c } from './crc32c.js';
import { codeOf, type SpoolFile, type SpoolFiles } from './files.js';
import { largestFirstSeq, readCount, writeCount } from './record.js';

const magic = 'TFCHECK\n';
const slotBytes = 64;
/** Each slot has a sector of its own: a torn write spoils one of them only. */
const slotAt = [0, 512] as const;
const fileBytes = 1024;

interface Slot {
  readonly generation: number;
  readonly floor: number;
}

/**
 * The note of what is done with, on disk: two slots, written in turn and in place, so that one is
 * always whole and a full disk is no obstacle. The file is made at the first note.
 */
export class Checkpoint {
  readonly #files: SpoolFiles;
  readonly #path: string;
  #file: SpoolFile | undefined;
  #generation = 0;

  constructor(files: SpoolFiles, folder: string) {
    this.#files = files;
    this.#path = join(folder, 'checkpoint');
  }

  /** What was noted last; undefined when there is no whole note. Rejects when it cannot be opened. */
  async load(): Promise<number | undefined> {
    try {
      this.#file = await this.#files.open(this.#path, 'write');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
    const bytes = Buffer.alloc(fileBytes);
    for (let at = 0; at < fileBytes;) {
      // What cannot be read is as good as damaged.
      const read = await this.#file.read(bytes, at, fileBytes - at, at).catch(() => 0);
      if (read === 0) break;
      at += read;
    }
    let newest: Slot | undefined;
    for (const at of slotAt) {
      const slot = decodeSlot(bytes.subarray(at, at + slotBytes));
      if (slot && (!newest || slot.generation > newest.generation)) newest = slot;
    }
    this.#generation = newest?.generation ?? 0;
    return newest?.floor;
  }

  /** Resolves when it is on the disk that every message below `floor` is done with. */
  async note(floor: number): Promise<void> {
    const file = (this.#file ??= await this.#make());
    const generation = this.#generation + 1;
    const bytes = encodeSlot({ generation, floor });
    await writeAll(file, bytes, slotAt[generation % 2 === 0 ? 0 : 1]);
    await file.sync();
    this.#generation = generation;
  }

  /** Whether there is a file with notes. */
  get isThere(): boolean {
    return this.#file !== undefined;
  }

  /** Makes the file where there is room for it, so that notes need none later. */
  async prepare(): Promise<void> {
    this.#file ??= await this.#make().catch(() => undefined);
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #make(): Promise<SpoolFile> {
    let file: SpoolFile;
    try {
      file = await this.#files.open(this.#path, 'create');
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      return this.#files.open(this.#path, 'write');
    }
    try {
      await writeAll(file, Buffer.alloc(fileBytes), 0);
      return file;
    } catch (error) {
      await file.close();
      await this.#files.unlink(this.#path);
      throw error;
    }
  }
}

/** Writes all bytes at `position`; the system may take them in several parts. */
export async function writeAll(file: SpoolFile, bytes: Buffer, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const written = await file.write(bytes, at, bytes.length - at, position + at);
    if (written === 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO' });
    at += written;
  }
}

function encodeSlot({ generation, floor }: Slot): Buffer {
  const bytes = Buffer.alloc(slotBytes);
  bytes.write(magic, 0, 'latin1');
  writeCount(bytes, generation, 8);
  writeCount(bytes, floor, 16);
  bytes.writeUInt32LE(crc32c(bytes, 0, 60), 60);
  return bytes;
}

function decodeSlot(from: Buffer): Slot | undefined {
  if (from.toString('latin1', 0, 8) !== magic) return undefined;
  if (crc32c(from, 0, 60) !== from.readUInt32LE(60)) return undefined;
  const generation = readCount(from, 8);
  const floor = readCount(from, 16);
  if (generation === undefined || floor === undefined || floor > largestFirstSeq) return undefined;
  return { generation, floor };
}
