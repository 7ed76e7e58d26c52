/** What takes a place: a session. */
export interface PlaceHolder {
  /** In the spare place, where nothing but a health check is answered. */
  isSpare: boolean;
}

/**
 * The places for sessions: so many ordinary ones, and a spare one that keeps health checks possible
 * when they are taken. As soon as an ordinary place is free again, who is in the spare one moves there:
 * it cannot have said anything yet but the start of a health check, or it would have been refused.
 */
export class Places<Holder extends PlaceHolder> {
  readonly #most: number;
  readonly #ordinary = new Set<Holder>();
  #spare: Holder | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#spare !== undefined && this.#ordinary.size >= this.#most;
  }

  /** Gives a place, the spare one when there is no other. Only while it is not full. */
  take(holder: Holder): void {
    holder.isSpare = this.#ordinary.size >= this.#most;
    if (holder.isSpare) this.#spare = holder;
    else this.#ordinary.add(holder);
  }

  /** Gives a place back, if it has not been; returns who moved from the spare place to it. */
  free(holder: Holder): Holder | undefined {
    if (this.#spare === holder) {
      this.#spare = undefined;
      return undefined;
    }
    const moved = this.#spare;
    if (!this.#ordinary.delete(holder) || moved === undefined) return undefined;
    moved.isSpare = false;
    this.#spare = undefined;
    this.#ordinary.add(moved);
    return moved;
  }
}
