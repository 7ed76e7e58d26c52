import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';

import { messageOf } from '../../../../core/index.js';
import { usage } from '../lookup-options.js';

/** Where rows go: latin1 characters stand for bytes. write() only keeps them. */
export interface RowOutput {
  write(bytes: string): void;
  /** Bytes that wait for flush(). */
  readonly waiting: number;
  /** Bytes that were written. */
  readonly written: number;
  /** Hands over what waits. Throws ServiceError TF_USAGE. */
  flush(): Promise<void>;
  /** Resolves when what was flushed survives a loss of power, where it can. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

abstract class KeptRows implements RowOutput {
  #rows: string[] = [];
  waiting = 0;
  written: number;

  constructor(written: number) {
    this.written = written;
  }

  write(bytes: string): void {
    this.#rows.push(bytes);
    this.waiting += bytes.length;
  }

  async flush(): Promise<void> {
    if (this.waiting === 0) return;
    const bytes = Buffer.from(this.#rows.join(''), 'latin1');
    this.#rows = [];
    this.waiting = 0;
    await this.put(bytes);
    this.written += bytes.length;
  }

  abstract sync(): Promise<void>;
  abstract close(): Promise<void>;
  protected abstract put(bytes: Buffer): Promise<void>;
}

class FileRows extends KeptRows {
  readonly #path: string;
  readonly #file: FileHandle;

  constructor(path: string, file: FileHandle, written: number) {
    super(written);
    this.#path = path;
    this.#file = file;
  }

  async sync(): Promise<void> {
    await this.#file.datasync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  protected async put(bytes: Buffer): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) {
        const place = this.written + at;
        at += (await this.#file.write(bytes, at, bytes.length - at, place)).bytesWritten;
      }
    } catch (error) {
      throw cannotWrite(this.#path, error);
    }
  }
}

/** Rows on standard output; when its reader goes away, `onGone` is told and the rest goes nowhere. */
class StreamRows extends KeptRows {
  readonly #stream: Writable;
  readonly #onGone: () => void;

  constructor(stream: Writable, onGone: () => void) {
    super(0);
    this.#stream = stream;
    this.#onGone = onGone;
    stream.once('error', onGone);
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#stream.off('error', this.#onGone);
    return Promise.resolve();
  }

  protected async put(bytes: Buffer): Promise<void> {
    if (this.#stream.destroyed || this.#stream.write(bytes)) return;
    const settled = new AbortController();
    const { signal } = settled;
    const never = (): void => undefined;
    await Promise.race([
      once(this.#stream, 'drain', { signal }).catch(never),
      once(this.#stream, 'close', { signal }).catch(never),
    ]);
    settled.abort();
  }
}

/** Rows into a new file, in place of one that is there. Throws ServiceError TF_USAGE. */
export async function replaceRows(path: string): Promise<RowOutput> {
  try {
    return new FileRows(path, await open(path, 'w', 0o640), 0);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Rows behind the first `bytes` of a file; what follows them is cut off. Throws ServiceError TF_USAGE. */
export async function continueRows(path: string, bytes: number): Promise<RowOutput> {
  if (bytes === 0) return replaceRows(path);
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r+');
    const { size } = await file.stat();
    if (size < bytes) throw new Error('it is shorter than the rows that were done');
    await file.truncate(bytes);
    return new FileRows(path, file, bytes);
  } catch (error) {
    await file?.close();
    throw cannotWrite(path, error);
  }
}

export function streamRows(stream: Writable, onGone: () => void): RowOutput {
  return new StreamRows(stream, onGone);
}

function cannotWrite(path: string, error: unknown): Error {
  return usage(
    path,
    `cannot write it: ${messageOf(error)}`,
    'see that the folder is there and that there is room, or name another: --output',
  );
}
