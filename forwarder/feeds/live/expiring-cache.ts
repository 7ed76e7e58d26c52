interface Entry<Value> {
  readonly value: Value;
  readonly expiresAtMs: number;
}

/**
 * Keeps values until they expire, and no more than a number of them: the one that was not asked for
 * longest makes room. A Map keeps its keys in the order in which they were put in, so that the first
 * key is that one. It reads no clock: the present time is an argument.
 */
export class ExpiringCache<Key, Value> {
  readonly #entries = new Map<Key, Entry<Value>>();
  readonly #maxEntries: number;

  /** `maxEntries` 0 keeps nothing. */
  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  /** Expired values that nobody asked for count too. */
  get size(): number {
    return this.#entries.size;
  }

  /** The value, until the moment at which it expires; being asked for makes it the youngest. */
  get(key: Key, nowMs: number): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (entry.expiresAtMs <= nowMs) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: Key, value: Value, expiresAtMs: number): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, expiresAtMs });
    if (this.#entries.size <= this.#maxEntries) return;
    const oldest = this.#entries.keys().next();
    if (oldest.done !== true) this.#entries.delete(oldest.value);
  }

  clear(): void {
    this.#entries.clear();
  }
}
