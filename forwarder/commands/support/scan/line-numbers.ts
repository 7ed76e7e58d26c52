const lf = 10;

/** Counts line ends on the way forward. */
export class LineNumbers {
  readonly #bytes: Uint8Array;
  #at: number;
  #line: number;

  constructor(bytes: Uint8Array, start: number, linesBefore: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#line = linesBefore + 1;
  }

  /** The number of the line that begins at a place; places only grow. */
  at(place: number): number {
    this.#line += countLines(this.#bytes, this.#at, place);
    this.#at = place;
    return this.#line;
  }
}

/** How many line ends lie between two places. */
export function countLines(bytes: Uint8Array, start: number, end: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(lf, start); at >= 0 && at < end; at = bytes.indexOf(lf, at + 1)) {
    lines += 1;
  }
  return lines;
}
