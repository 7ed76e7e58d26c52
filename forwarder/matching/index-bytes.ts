/** Everything of an index but its keys: records, entries and starts, by their offsets. */
export interface IndexBytes {
  /**
   * `length` bytes from `offset` on; valid until the next call. Throws ServiceError TF_INDEX when
   * they cannot be read or are damaged.
   */
  bytes(offset: number, length: number): Buffer;
}

/** Where a builder writes them, one after the other. */
export interface IndexSink {
  /** Bytes written so far: the offset of the next. */
  readonly length: number;
  /** The bytes belong to the caller and are only valid during the call. */
  append(bytes: Uint8Array): void;
}

/** Both, in memory. */
export class MemoryBytes implements IndexBytes, IndexSink {
  #bytes = Buffer.allocUnsafe(1 << 12);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow((this.#length + bytes.length) * 2);
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  bytes(offset: number, length: number): Buffer {
    if (offset + length > this.#length) throw new RangeError('read beyond the end of the index');
    return this.#bytes.subarray(offset, offset + length);
  }
}
