import type { LineHandler, LinesHandler } from '../core/index.js';
import { asBuffer } from './bytes.js';

const lf = 10;
const cr = 13;

/**
 * Takes lines one by one: without their LF, one CR before it, and empty ones. A line whose handler
 * throws is told to `onFault`.
 */
export function perLine(onLine: LineHandler): LinesHandler {
  return (bytes, start, end, onFault) => {
    const buffer = asBuffer(bytes);
    let lines = 0;
    for (let at = start; at < end;) {
      const lineEnd = findLineEnd(buffer, at, end);
      const last = findTextEnd(buffer, at, lineEnd);
      if (last > at) {
        lines += 1;
        try {
          onLine(bytes, at, last);
        } catch (error) {
          onFault(error);
        }
      }
      at = lineEnd + 1;
    }
    return lines;
  };
}

/** Where the line that begins at `start` ends: at its LF, or at `end`. */
export function findLineEnd(buffer: Buffer, start: number, end: number): number {
  const found = buffer.indexOf(lf, start);
  return found === -1 || found > end ? end : found;
}

/** Where the text of a line ends: before a CR at its end. */
export function findTextEnd(buffer: Buffer, start: number, lineEnd: number): number {
  return lineEnd > start && buffer[lineEnd - 1] === cr ? lineEnd - 1 : lineEnd;
}
