import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { messageOf, ServiceError } from '../../../core/index.js';
import { standardInput } from './scan-inputs.js';
import type { ScanInput } from './scan-inputs.js';

/** The bytes of an input, unpacked. */
export interface OpenInput {
  readonly chunks: AsyncIterable<Buffer>;
  /** Bytes of the file (packed, if it is) that have been read so far. */
  readBytes(): number;
  /** Gives the file back; reading may have ended early. */
  close(): Promise<void>;
}

const chunkBytes = 1_048_576;
const gzipMagic = Buffer.from([0x1f, 0x8b]);
const utf8Mark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Opens an input at a place of its unpacked bytes. What begins as gzip does is unpacked, whatever
 * its name. Of a file with a UTF-8 byte order mark that is left out. Throws ServiceError TF_USAGE
 * when it cannot be read, is UTF-16, or is damaged (then while reading).
 */
export async function openInput(input: ScanInput, offset: number): Promise<OpenInput> {
  switch (input.kind) {
    case 'values': {
      const bytes = Buffer.from(input.events.map((event) => `${event}\n`).join(''));
      return {
        chunks: Readable.from([bytes.subarray(offset)]),
        readBytes: () => bytes.length,
        close: () => Promise.resolve(),
      };
    }
    case 'stream':
      return openStream(input.name);
    case 'file':
      return openFile(input.name, offset);
    default:
      return input satisfies never;
  }
}

async function openFile(name: string, offset: number): Promise<OpenInput> {
  const file = await openToRead(name);
  try {
    const begin = Buffer.alloc(utf8Mark.length);
    const { bytesRead } = await file.read(begin, 0, begin.length, 0);
    const isPacked = bytesRead >= 2 && begin.subarray(0, 2).equals(gzipMagic);
    const start = isPacked ? 0 : offset;
    const raw = file.createReadStream({ start, highWaterMark: chunkBytes, autoClose: false });
    const unpacked = isPacked ? unpack(raw, name) : (raw as AsyncIterable<Buffer>);
    return {
      chunks: isPacked ? from(unpacked, offset) : offset === 0 ? plain(unpacked, name) : unpacked,
      readBytes: () => start + raw.bytesRead,
      async close() {
        raw.destroy();
        await file.close();
      },
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openStream(name: string): Promise<OpenInput> {
  const file = name === standardInput ? undefined : await openToRead(name);
  const raw: Readable =
    file?.createReadStream({ highWaterMark: chunkBytes, autoClose: false }) ?? process.stdin;
  let read = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of raw as AsyncIterable<Buffer>) {
      read += chunk.length;
      yield chunk;
    }
  };
  const shown = name === standardInput ? 'standard input' : name;
  return {
    chunks: unpackIfNeeded(counted(), shown),
    readBytes: () => read,
    async close() {
      raw.destroy();
      await file?.close();
    },
  };
}

/** Looks at the first bytes, however few of them come at a time. */
async function* unpackIfNeeded(
  chunks: AsyncGenerator<Buffer>,
  name: string,
): AsyncGenerator<Buffer> {
  let begin: Buffer = Buffer.alloc(0);
  while (begin.length < utf8Mark.length) {
    const next = await chunks.next();
    if (next.done === true) break;
    begin = Buffer.concat([begin, next.value]);
  }
  const all = async function* (): AsyncGenerator<Buffer> {
    if (begin.length > 0) yield begin;
    yield* chunks;
  };
  if (begin.subarray(0, 2).equals(gzipMagic)) yield* unpack(Readable.from(all()), name);
  else yield* plain(all(), name);
}

async function* unpack(packed: Readable, name: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  packed.on('error', (error) => {
    gunzip.destroy(error);
  });
  packed.pipe(gunzip);
  try {
    yield* plain(gunzip as AsyncIterable<Buffer>, name);
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw new ServiceError('TF_USAGE', `it cannot be unpacked: ${messageOf(error)}`, {
      where: name,
      hint: 'the file is cut short or damaged; make it anew, or unpack what can be',
      cause: error,
    });
  } finally {
    packed.unpipe(gunzip);
    gunzip.destroy();
  }
}

/** Without a byte order mark, which is no part of the first event. */
async function* plain(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of chunks) {
    if (!isFirst) {
      yield chunk;
      continue;
    }
    isFirst = false;
    const [first, second] = chunk;
    if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
      throw new ServiceError('TF_USAGE', 'it is UTF-16: nothing would be found in it', {
        where: name,
        hint: `write it as UTF-8 first: iconv -f UTF-16 -t UTF-8`,
      });
    }
    // Blanks, so that places in the file stay what they are.
    if (chunk.subarray(0, utf8Mark.length).equals(utf8Mark)) chunk.fill(0x20, 0, utf8Mark.length);
    yield chunk;
  }
}

/** What comes after the first `offset` bytes. */
async function* from(chunks: AsyncIterable<Buffer>, offset: number): AsyncGenerator<Buffer> {
  let left = offset;
  for await (const chunk of chunks) {
    if (left >= chunk.length) left -= chunk.length;
    else {
      yield left === 0 ? chunk : chunk.subarray(left);
      left = 0;
    }
  }
}

async function openToRead(name: string): Promise<FileHandle> {
  try {
    return await open(name);
  } catch (error) {
    throw new ServiceError('TF_USAGE', `cannot read it: ${messageOf(error)}`, {
      where: name,
      hint: 'name files that exist and that you may read',
      cause: error,
    });
  }
}
