import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';

import { messageOf } from '../../../../core/index.js';
import { usage } from '../lookup-options.js';

/** The bytes of rows. */
export interface RowInput {
  /** As it may be shown. */
  readonly name: string;
  /** Undefined: nobody knows how much will come. */
  readonly totalBytes: number | undefined;
  /** From a byte on; of standard input from the begin only, and once. */
  chunks(offset: number): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

const chunkBytes = 262_144;

/**
 * Opens a file, or standard input for `-`, which ends when `signal` is aborted: it may be silent.
 * Throws ServiceError TF_USAGE.
 */
export async function openRowInput(
  path: string,
  standardInput: Readable,
  signal: AbortSignal,
): Promise<RowInput> {
  if (path === '-') {
    const name = 'standard input';
    return {
      name,
      totalBytes: undefined,
      chunks: () => readable(untilAborted(standardInput, signal), name),
      close() {
        standardInput.destroy();
        return Promise.resolve();
      },
    };
  }
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const found = await file.stat();
    if (found.isDirectory()) throw new Error('it is a folder');
    return fileInput(path, file, found.isFile() ? found.size : undefined);
  } catch (error) {
    await file?.close();
    throw cannotRead(path, error);
  }
}

async function* untilAborted(stream: Readable, signal: AbortSignal): AsyncGenerator<Buffer> {
  const end = (): void => {
    stream.destroy();
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

function fileInput(name: string, file: FileHandle, totalBytes: number | undefined): RowInput {
  return {
    name,
    totalBytes,
    chunks: (offset) => readable(read(name, file, totalBytes === undefined ? null : offset), name),
    close: () => file.close(),
  };
}

async function* read(
  name: string,
  file: FileHandle,
  offset: number | null,
): AsyncGenerator<Buffer> {
  for (let at = offset; ;) {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    let bytesRead: number;
    try {
      ({ bytesRead } = await file.read(buffer, 0, chunkBytes, at));
    } catch (error) {
      throw cannotRead(name, error);
    }
    if (bytesRead === 0) return;
    if (at !== null) at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Bytes that begin as UTF-16 or gzip do are no rows. */
async function* readable(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of chunks) {
    const [first, second] = chunk;
    if (isFirst && ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))) {
      throw usage(name, 'it is UTF-16', 'write it as UTF-8 first: iconv -f UTF-16 -t UTF-8');
    }
    if (isFirst && first === 0x1f && second === 0x8b) {
      throw usage(name, 'it is packed by gzip', 'unpack it first: zcat FILE | …, and name -');
    }
    isFirst = false;
    yield chunk;
  }
}

function cannotRead(name: string, error: unknown): Error {
  return usage(name, `cannot read it: ${messageOf(error)}`, 'name a file you may read');
}
