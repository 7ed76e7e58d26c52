/** What takes a place: a session. */
export interface PlaceHolder {
  /** In a spare place, where nothing but a health check is answered. */
  isSpare: boolean;
}

/** So many newcomers may come between a health check's connection and its first bytes. */
export const sparePlaces = 8;

/**
 * The places for sessions: so many ordinary ones, and a few spare ones that keep health checks possible
 * when they are taken. Who is in a spare place cannot have said anything yet but the start of a health
 * check, or it would have been refused. As soon as an ordinary place is free again, who has waited
 * longest moves there; when the spare ones are taken too, who has waited longest makes room.
 *
 *     one ordinary place, taken by A; B and C come and say nothing: spare
 *     A ends        → B moves to the ordinary place
 *     eight others come → C makes room for the last
 */
export class Places<Holder extends PlaceHolder> {
  readonly #most: number;
  readonly #mostSpare: number;
  readonly #ordinary = new Set<Holder>();
  /** In the order in which they came. */
  readonly #spare = new Set<Holder>();

  constructor(most: number, mostSpare: number = sparePlaces) {
    this.#most = most;
    this.#mostSpare = mostSpare;
  }

  /** Gives a place, a spare one when there is no other; returns who has lost its own by that. */
  take(holder: Holder): Holder | undefined {
    holder.isSpare = this.#ordinary.size >= this.#most;
    if (!holder.isSpare) {
      this.#ordinary.add(holder);
      return undefined;
    }
    const oldest = this.#spare.size >= this.#mostSpare ? this.#firstSpare : undefined;
    if (oldest !== undefined) this.#spare.delete(oldest);
    this.#spare.add(holder);
    return oldest;
  }

  /** Gives a place back, if it has not been; returns who moved from a spare place to it. */
  free(holder: Holder): Holder | undefined {
    if (this.#spare.delete(holder) || !this.#ordinary.delete(holder)) return undefined;
    const moved = this.#firstSpare;
    if (moved === undefined) return undefined;
    this.#spare.delete(moved);
    moved.isSpare = false;
    this.#ordinary.add(moved);
    return moved;
  }

  get #firstSpare(): Holder | undefined {
    const [first] = this.#spare;
    return first;
  }
}
