/** What holds memory for an unfinished line: a connection. */
export interface LineHolder {
  /** Bytes of memory it has taken for its line, used or not. */
  readonly heldBytes: number;
  /** Gives back what is taken and not in use. */
  releaseUnused(): void;
  /** Gives up its line, and itself. */
  shed(): void;
}

/**
 * Bounds the memory that the unfinished lines of all connections take together. A connection may send
 * the start of an event and never its end; many of them would fill the memory though each keeps to the
 * limit of one line.
 *
 * Over the bound, first everyone gives back what is not in use; then whoever holds most is shed, until
 * it is enough. So a sender of short lines never pays for one of long lines.
 */
export class LineMemory {
  readonly #maxBytes: number;
  readonly #holders: Iterable<LineHolder>;
  #heldBytes = 0;
  #isMakingRoom = false;

  /** `holders` are all who report to `changed`, at any time. */
  constructor(maxBytes: number, holders: Iterable<LineHolder>) {
    this.#maxBytes = maxBytes;
    this.#holders = holders;
  }

  /** Bytes taken by all holders. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Whether more should only be taken where it must be. */
  get isHalfFull(): boolean {
    return this.#heldBytes > this.#maxBytes / 2;
  }

  /** A holder has taken so many bytes more, or fewer. May shed holders, this one too. */
  changed(byBytes: number): void {
    this.#heldBytes += byBytes;
    if (byBytes <= 0 || this.#heldBytes <= this.#maxBytes || this.#isMakingRoom) return;
    this.#isMakingRoom = true;
    for (const holder of this.#holders) holder.releaseUnused();
    while (this.#heldBytes > this.#maxBytes) {
      const biggest = this.#biggest();
      if (biggest === undefined) break;
      biggest.shed();
    }
    this.#isMakingRoom = false;
  }

  #biggest(): LineHolder | undefined {
    let biggest: LineHolder | undefined;
    for (const holder of this.#holders) {
      if (holder.heldBytes > (biggest?.heldBytes ?? 0)) biggest = holder;
    }
    return biggest;
  }
}
