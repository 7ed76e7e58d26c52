import {
  bloomBits,
  findKey,
  isInIpv4Ranges,
  type BatchScanner,
  type CandidateFilter,
  type PerhapsHandler,
  type Scanner,
} from '../core/index.js';
import type { KernelMemory } from './kernel-memory.js';

const lf = 10;
/**
 * Words of an entry of the line table and of the candidates, see kernel/layout.ts. The top bit of a
 * candidate's line says that it is an address.
 */
const lineWords = 3;
const candidateWords = 3;

/**
 * The hot path over batches: the kernel lays down the candidates of all lines, then one loop asks
 * the index for them. Where a line is odd, the kernel leaves it to the plain scanner. Both hand over
 * every line of which the cold path makes anything; of those of which it makes nothing, the plain one
 * hands over a few more.
 *
 *     lines:      0 'see http://a.evil.com/x'   1 '{"a":{"b":1}}'
 *     kernel:     line 0: candidates evil.com, a.evil.com (as suffix and as exact host)
 *                 line 1: left to the plain scanner
 *     index:      evil.com as suffix is there → line 0 is handed over; so is line 1 (nested value)
 */
export class KernelScanner implements BatchScanner {
  readonly #kernel: KernelMemory;
  readonly #filter: CandidateFilter;
  readonly #plain: Scanner;

  /** The kernel must have been configured with the filter, and stay so. */
  constructor(kernel: KernelMemory, filter: CandidateFilter, plain: Scanner) {
    this.#kernel = kernel;
    this.#filter = filter;
    this.#plain = plain;
  }

  scanLines(bytes: Uint8Array, start: number, end: number, onPerhaps: PerhapsHandler): number {
    const { bytes: memory, inputAt, inputBytes } = this.#kernel;
    if (bytes.buffer === memory.buffer) {
      return this.#scanPiece(bytes, start, end, bytes.byteOffset, onPerhaps, 0);
    }
    let clean = 0;
    let at = start;
    while (at < end) {
      let pieceEnd = end;
      if (end - at > inputBytes) {
        pieceEnd = bytes.lastIndexOf(lf, at + inputBytes - 1) + 1;
        if (pieceEnd <= at) {
          // Behind `end` there may be anything, line ends too.
          const found = bytes.indexOf(lf, at);
          const lineEnd = found < 0 || found > end ? end : found;
          pieceEnd = Math.min(lineEnd + 1, end);
          clean = this.#scanLong(bytes, at, lineEnd, onPerhaps, clean);
          at = pieceEnd;
          continue;
        }
      }
      memory.set(bytes.subarray(at, pieceEnd), inputAt);
      clean = this.#scanPiece(bytes, at, pieceEnd, inputAt - at, onPerhaps, clean);
      at = pieceEnd;
    }
    return clean;
  }

  /** A line that does not fit into the kernel's memory. */
  #scanLong(
    bytes: Uint8Array,
    start: number,
    lineEnd: number,
    onPerhaps: PerhapsHandler,
    clean: number,
  ): number {
    const end = bytes[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd;
    if (this.#plain.scan(bytes, start, end) === 0) return clean + 1;
    onPerhaps(bytes, start, end, clean);
    return 0;
  }

  /** `shift`: what makes an address in the kernel's memory of a place in `bytes`. */
  #scanPiece(
    bytes: Uint8Array,
    start: number,
    end: number,
    shift: number,
    onPerhaps: PerhapsHandler,
    cleanBefore: number,
  ): number {
    const kernel = this.#kernel;
    const { words } = kernel;
    const stop = end + shift;
    let clean = cleanBefore;
    let at = start + shift;
    while (at < stop) {
      at = kernel.scan(at, stop);
      this.#probe();
      const first = kernel.linesAt >>> 2;
      const last = first + kernel.lineCount * lineWords;
      for (let entry = first; entry < last; entry += lineWords) {
        const verdict = words[entry + 2] as number;
        if (verdict !== 0) {
          const lineStart = (words[entry] as number) - shift;
          const lineEnd = (words[entry + 1] as number) - shift;
          if (verdict === 2 || this.#plain.scan(bytes, lineStart, lineEnd) !== 0) {
            onPerhaps(bytes, lineStart, lineEnd, clean);
            clean = 0;
            continue;
          }
        }
        clean++;
      }
    }
    return clean;
  }

  /** Marks the lines of which the index may hold a candidate. */
  #probe(): void {
    const kernel = this.#kernel;
    // As signed numbers: unsigned ones of 32 bits would not stay in registers.
    const words = kernel.signedWords;
    const { keys } = this.#filter;
    const { bloom, bloomMask } = keys;
    const firstLine = kernel.linesAt >>> 2;
    const begin = kernel.candidatesAt >>> 2;
    const end = begin + kernel.candidateCount * candidateWords;
    for (let at = begin; at < end; at += candidateWords) {
      const line = words[at] as number;
      const first = words[at + 1] as number;
      if (line < 0) {
        if (isInIpv4Ranges(this.#filter, first >>> 0)) {
          words[firstLine + (line & 0x7fffffff) * lineWords + 2] = 2;
        }
        continue;
      }
      const second = words[at + 2] as number;
      const bits = bloomBits(first);
      if (((bloom[second & bloomMask] as number) & bits) !== bits) continue;
      if (findKey(keys, first >>> 0, second >>> 0) >= 0) {
        words[firstLine + line * lineWords + 2] = 2;
      }
    }
  }
}
