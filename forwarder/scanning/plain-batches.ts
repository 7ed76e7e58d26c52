import type { BatchScanner, PerhapsHandler, Scanner } from '../core/index.js';

const lf = 10;
const cr = 13;

/** The hot path over batches without the kernel: the scanner is asked line by line. */
export class PlainBatches implements BatchScanner {
  readonly #scanner: Scanner;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  scanLines(bytes: Uint8Array, start: number, end: number, onPerhaps: PerhapsHandler): number {
    let clean = 0;
    for (let at = start; at < end;) {
      const found = bytes.indexOf(lf, at);
      const lineEnd = found < 0 || found > end ? end : found;
      const last = lineEnd > at && bytes[lineEnd - 1] === cr ? lineEnd - 1 : lineEnd;
      if (last > at) {
        if (this.#scanner.scan(bytes, at, last) === 0) clean++;
        else {
          onPerhaps(bytes, at, last, clean);
          clean = 0;
        }
      }
      at = lineEnd + 1;
    }
    return clean;
  }
}
