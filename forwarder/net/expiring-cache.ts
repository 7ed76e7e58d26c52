interface Entry<Value> {
  readonly value: Value;
  readonly expiresAtMs: number;
}

/**
 * Keeps values until they expire, and no more than a number of them; what was not used for longest
 * makes room. It has two halves: what is used goes to the young one; when that is full it becomes
 * the old one, and what is left in the old one by then is forgotten. So the half that was used last
 * is always there, and asking for a young value moves nothing. It reads no clock.
 */
export class ExpiringCache<Key, Value> {
  #young = new Map<Key, Entry<Value>>();
  #old = new Map<Key, Entry<Value>>();
  readonly #half: number;

  /** `maxEntries` below 2 keeps nothing. */
  constructor(maxEntries: number) {
    this.#half = Math.floor(maxEntries / 2);
  }

  /** Expired values that nobody asked for count too. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** The value, until the moment at which it expires. */
  get(key: Key, nowMs: number): Value | undefined {
    const young = this.#young.get(key);
    const entry = young ?? this.#old.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAtMs <= nowMs) {
      (young === undefined ? this.#old : this.#young).delete(key);
      return undefined;
    }
    if (young === undefined) this.#put(key, entry);
    return entry.value;
  }

  set(key: Key, value: Value, expiresAtMs: number): void {
    if (this.#half > 0) this.#put(key, { value, expiresAtMs });
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }

  #put(key: Key, entry: Entry<Value>): void {
    this.#old.delete(key);
    this.#young.set(key, entry);
    if (this.#young.size < this.#half) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}
