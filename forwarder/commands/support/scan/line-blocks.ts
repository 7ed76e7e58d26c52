import { ServiceError } from '../../../core/index.js';
import type { ScanInput } from './scan-inputs.js';
import { openInput } from './open-input.js';

/** A place between two lines of the inputs. */
export interface ScanPosition {
  /** Which input, from 0. */
  readonly input: number;
  /** How many lines of it lie before the place. */
  readonly line: number;
  /** How many bytes of it (unpacked) do. */
  readonly offset: number;
}

export const scanBegin: ScanPosition = { input: 0, line: 0, offset: 0 };

/** Whole lines of one input; the last line of an input may lack its LF. */
export interface LineBlock {
  readonly bytes: Buffer;
  /** Where it begins and ends. */
  readonly from: ScanPosition;
  readonly to: ScanPosition;
  /** Bytes of the inputs' files read by then, those of the inputs before included. */
  readonly readBytes: number;
}

export interface BlockOptions {
  readonly inputs: readonly ScanInput[];
  readonly from: ScanPosition;
  /** A longer line is left out; `onLongLine` is told its place. */
  readonly maxLineBytes: number;
  readonly onLongLine: (input: ScanInput, line: number) => void;
  /**
   * Told of an input that cannot be read to its end; the next one goes on. When absent, and of the only
   * input, the error is thrown.
   */
  readonly onUnreadable?: (error: ServiceError) => void;
  /** No block comes after this was aborted. */
  readonly signal: AbortSignal;
}

const lf = 10;

/** Reads all inputs from a place on, in order. The bytes of a block stay what they are. */
export async function* readBlocks(options: BlockOptions): AsyncGenerator<LineBlock> {
  const { inputs, from, signal } = options;
  let before = inputs.slice(0, from.input).reduce((sum, input) => sum + sizeOf(input), 0);
  for (let number = from.input; number < inputs.length; number += 1) {
    const input = inputs[number];
    if (input === undefined || isAborted(signal)) return;
    const start = number === from.input ? from : { input: number, line: 0, offset: 0 };
    const opened = await openInput(input, start.offset).catch((error: unknown) => {
      passOver(error, options);
    });
    if (opened === undefined) continue;
    // Of a pipe that stays silent the next read would be waited for.
    const onAbort = (): void => void opened.close().catch(() => undefined);
    if (input.kind === 'stream') signal.addEventListener('abort', onAbort, { once: true });
    try {
      const blocks = new BlockCutter(start, options.maxLineBytes, (line) => {
        options.onLongLine(input, line);
      });
      for await (const chunk of opened.chunks) {
        for (const block of blocks.take(chunk)) {
          if (isAborted(signal)) return;
          yield { ...block, readBytes: before + opened.readBytes() };
        }
      }
      const last = blocks.end();
      if (last !== undefined) yield { ...last, readBytes: before + opened.readBytes() };
    } catch (error) {
      if (isAborted(signal)) return;
      passOver(error, options);
    } finally {
      signal.removeEventListener('abort', onAbort);
      await opened.close().catch(() => undefined);
    }
    before += sizeOf(input);
  }
}

/** Tells of an input that is not to be used; throws what is no such fault, and where nobody is told. */
function passOver(error: unknown, { inputs, onUnreadable }: BlockOptions): void {
  const isFault = error instanceof ServiceError && error.code === 'TF_USAGE';
  if (!isFault || onUnreadable === undefined || inputs.length === 1) throw error;
  onUnreadable(error);
}

/** Asked anew each time: it changes while something is waited for. */
function isAborted({ aborted }: AbortSignal): boolean {
  return aborted;
}

/** Bytes of all files, to show how far the work is; undefined when nobody knows. */
export function totalBytesOf(inputs: readonly ScanInput[]): number | undefined {
  if (inputs.some(({ kind }) => kind === 'stream')) return undefined;
  return inputs.reduce((sum, input) => sum + sizeOf(input), 0);
}

function sizeOf(input: ScanInput): number {
  return input.kind === 'file' ? input.sizeBytes : 0;
}

type CutBlock = Omit<LineBlock, 'readBytes'>;

/** Cuts chunks at line ends; a line that lies in several is put together. */
export class BlockCutter {
  readonly #maxLineBytes: number;
  readonly #onLongLine: (line: number) => void;
  #at: ScanPosition;
  /** The begin of a line whose end has not come. */
  #parts: Buffer[] = [];
  #partBytes = 0;

  constructor(from: ScanPosition, maxLineBytes: number, onLongLine: (line: number) => void) {
    this.#at = from;
    this.#maxLineBytes = maxLineBytes;
    this.#onLongLine = onLongLine;
  }

  *take(chunk: Buffer): Generator<CutBlock> {
    let start = 0;
    if (this.#partBytes > 0) {
      const found = chunk.indexOf(lf);
      this.#keep(found < 0 ? chunk : chunk.subarray(0, found + 1));
      if (found < 0) return;
      const joined = this.#join();
      if (joined !== undefined) yield joined;
      start = found + 1;
    }
    const last = chunk.lastIndexOf(lf);
    if (last >= start) yield* this.#withoutLong(chunk.subarray(start, last + 1));
    this.#keep(chunk.subarray(Math.max(last + 1, start)));
  }

  /** The last line, if it has no LF. */
  end(): CutBlock | undefined {
    return this.#partBytes > 0 ? this.#join(this.#maxLineBytes) : undefined;
  }

  /** Of a line that is too long only its length is kept. */
  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#partBytes += part.length;
    if (this.#partBytes > this.#maxLineBytes + 1) this.#parts = [];
    // A copy: the chunk it lies in may be much larger.
    else this.#parts.push(Buffer.from(part));
  }

  /** `most`: bytes of a line that is not too long, with its LF if it has one. */
  #join(most = this.#maxLineBytes + 1): CutBlock | undefined {
    const isLong = this.#partBytes > most;
    const bytes = Buffer.concat(this.#parts);
    const length = this.#partBytes;
    this.#parts = [];
    this.#partBytes = 0;
    if (!isLong) return this.#block(bytes, 1);
    this.#skip(length);
    return undefined;
  }

  /** All of it, but lines that are too long: chunks are larger than a line may be. */
  *#withoutLong(bytes: Buffer): Generator<CutBlock> {
    let start = 0;
    let lines = 0;
    for (let at = 0; at < bytes.length;) {
      const end = bytes.indexOf(lf, at) + 1;
      if (end - at > this.#maxLineBytes + 1) {
        if (lines > 0) yield this.#block(bytes.subarray(start, at), lines);
        this.#skip(end - at);
        start = end;
        lines = 0;
      } else lines += 1;
      at = end;
    }
    if (lines > 0) yield this.#block(bytes.subarray(start), lines);
  }

  #block(bytes: Buffer, lines: number): CutBlock {
    const from = this.#at;
    const to = { ...from, line: from.line + lines, offset: from.offset + bytes.length };
    this.#at = to;
    return { bytes, from, to };
  }

  #skip(length: number): void {
    const { line, offset } = this.#at;
    this.#at = { ...this.#at, line: line + 1, offset: offset + length };
    this.#onLongLine(line + 1);
  }
}
