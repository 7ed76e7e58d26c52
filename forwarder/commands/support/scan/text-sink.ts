import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';

import { messageOf, ServiceError } from '../../../core/index.js';

/** Where text of a scan goes. write() only keeps it; what is kept is bounded by who calls flush(). */
export interface TextSink {
  write(text: string): void;
  /** Characters that wait for flush(). */
  readonly waiting: number;
  /** Resolves when all is with the operating system. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Text kept until it is flushed. */
abstract class WaitingText implements TextSink {
  #texts: string[] = [];
  #waiting = 0;

  write(text: string): void {
    this.#texts.push(text);
    this.#waiting += text.length;
  }

  get waiting(): number {
    return this.#waiting;
  }

  async flush(): Promise<void> {
    if (this.#texts.length === 0) return;
    const bytes = Buffer.from(this.#texts.join(''));
    this.#texts = [];
    this.#waiting = 0;
    await this.put(bytes);
  }

  abstract close(): Promise<void>;
  protected abstract put(bytes: Buffer): Promise<void>;
}

/** A file that grows. */
export class FileSink extends WaitingText {
  readonly path: string;
  readonly #file: FileHandle;
  #bytes: number;

  private constructor(path: string, file: FileHandle, bytes: number) {
    super();
    this.path = path;
    this.#file = file;
    this.#bytes = bytes;
  }

  /** Makes a new file; undefined when there is one already. Throws ServiceError TF_USAGE. */
  static async create(path: string): Promise<FileSink | undefined> {
    return FileSink.#open(path, 'wx', 0);
  }

  /** Makes a file, in place of one that is there. Throws ServiceError TF_USAGE. */
  static async replace(path: string): Promise<FileSink> {
    const sink = await FileSink.#open(path, 'w', 0);
    if (sink === undefined) throw cannotWrite(path, new Error('it is there already'));
    return sink;
  }

  /**
   * Goes on in a file behind its first `bytes`; what follows them is taken away. Throws ServiceError
   * TF_USAGE when it is shorter, or gone.
   */
  static async goOn(path: string, bytes: number): Promise<FileSink> {
    const sink = await FileSink.#open(path, 'r+', bytes);
    if (sink === undefined) throw cannotWrite(path, new Error('it is not a file'));
    try {
      const { size } = await sink.#file.stat();
      if (size < bytes) throw new Error('it is shorter than the interrupted scan has left it');
      await sink.#file.truncate(bytes);
      return sink;
    } catch (error) {
      await sink.close();
      throw cannotWrite(path, error);
    }
  }

  static async #open(path: string, flags: string, bytes: number): Promise<FileSink | undefined> {
    try {
      return new FileSink(path, await open(path, flags, 0o640), bytes);
    } catch (error) {
      if (flags === 'wx' && (error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
      throw cannotWrite(path, error);
    }
  }

  /** Bytes that are written; what waits is not among them. */
  get bytes(): number {
    return this.#bytes;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Takes the file away; it is still to be closed. */
  async discard(): Promise<void> {
    await rm(this.path, { force: true });
  }

  protected async put(bytes: Buffer): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) {
        const { bytesWritten } = await this.#file.write(
          bytes,
          at,
          bytes.length - at,
          this.#bytes + at,
        );
        at += bytesWritten;
      }
    } catch (error) {
      throw cannotWrite(this.path, error);
    }
    this.#bytes += bytes.length;
  }
}

/** Standard output. When its reader goes away, `onGone` is told, and the rest goes nowhere. */
export class OutputSink extends WaitingText {
  readonly #stream: Writable;
  readonly #onGone: () => void;

  constructor(stream: Writable, onGone: () => void) {
    super();
    this.#stream = stream;
    this.#onGone = onGone;
    stream.once('error', onGone);
  }

  close(): Promise<void> {
    this.#stream.off('error', this.#onGone);
    return Promise.resolve();
  }

  protected put(bytes: Buffer): Promise<void> {
    const stream = this.#stream;
    if (stream.destroyed || stream.write(bytes)) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        for (const event of ['drain', 'error', 'close']) stream.off(event, done);
        resolve();
      };
      for (const event of ['drain', 'error', 'close']) stream.on(event, done);
    });
  }
}

function cannotWrite(path: string, error: unknown): ServiceError {
  return new ServiceError('TF_USAGE', `cannot write it: ${messageOf(error)}`, {
    where: path,
    hint: 'see that the folder is there and that there is room, or name another: --output-dir',
    cause: error,
  });
}
