/** A segment file as the running service knows it. */
export interface Segment {
  readonly firstSeq: number;
  readonly path: string;
  /** Bytes that hold whole records; what may follow them in the file is of no meaning. */
  size: number;
  /** The number after its last message; of one found at start that of the next file's first. */
  endSeq: number;
}

/** The segment files in the order of their messages, and the space they take. */
export class SegmentList {
  readonly #list: Segment[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#list.length;
  }

  get oldest(): Segment | undefined {
    return this.#list[0];
  }

  get newest(): Segment | undefined {
    return this.#list.at(-1);
  }

  all(): readonly Segment[] {
    return [...this.#list];
  }

  /** Adds one that comes after all others. */
  add(segment: Segment): void {
    this.#list.push(segment);
    this.#bytes += segment.size;
  }

  /** Some more was written to it. */
  grow(segment: Segment, bytes: number, endSeq: number): void {
    segment.size += bytes;
    segment.endSeq = endSeq;
    this.#bytes += bytes;
  }

  remove(segment: Segment): void {
    const at = this.#list.indexOf(segment);
    if (at < 0) return;
    this.#list.splice(at, 1);
    this.#bytes -= segment.size;
  }

  has(segment: Segment): boolean {
    return this.at(segment.firstSeq) === segment;
  }

  /** The one in which `seq` is if it is anywhere: the last that does not begin after it. */
  at(seq: number): Segment | undefined {
    return this.#list[this.#countUpTo(seq) - 1];
  }

  /** The first that begins after `seq`. */
  after(seq: number): Segment | undefined {
    return this.#list[this.#countUpTo(seq)];
  }

  /** Bytes of those at the beginning that hold nothing from `floor` on. */
  bytesBelow(floor: number): number {
    let bytes = 0;
    for (const segment of this.#list) {
      if (segment.endSeq > floor) break;
      bytes += segment.size;
    }
    return bytes;
  }

  #countUpTo(seq: number): number {
    let low = 0;
    let high = this.#list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#list[middle]?.firstSeq ?? 0) <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
