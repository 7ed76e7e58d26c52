/** What detections are counted by. */
export interface DetectionKey {
  /** Event id: `KL_Malicious_URL`. */
  readonly category: string;
  /** Name of the feed. */
  readonly feed: string;
  /** Name of the source whose rules were used. */
  readonly source: string;
}

/** Detections of one key. */
export interface DetectionCount extends DetectionKey {
  readonly count: number;
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** Texts are cut to so many UTF-16 units, so that a mistake in a name cannot make files large. */
export const longestText = 200;
/** So many keys an hour are told apart. */
export const mostKeys = 10_000;
/** What exceeds the limit is counted under this name as category, feed and source. */
export const otherName = '(other)';
const otherKey: DetectionKey = { category: otherName, feed: otherName, source: otherName };

interface Slot {
  readonly key: DetectionKey;
  count: number;
}

/** A text as it is counted: cut, but not within a character. */
function cut(text: string): string {
  if (text.length <= longestText) return text;
  const last = text.charCodeAt(longestText - 1);
  const splits = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splits ? longestText - 1 : longestText);
}

/** The counts of one hour, or of a part of it. */
export class HourCounts {
  /** Events that were checked. */
  events = 0;
  readonly #slots = new Map<string, Map<string, Map<string, Slot>>>();
  #keys = 0;
  #last: Slot | undefined;

  /** How many keys are told apart. */
  get keys(): number {
    return this.#keys;
  }

  /**
   * Counts `count` detections of a key; false when they went under `(other)`, because `limit` keys
   * are told apart already. Builds no string and, for a known key, no object.
   */
  add(key: DetectionKey, count: number, limit = mostKeys): boolean {
    const last = this.#last?.key;
    if (
      this.#last !== undefined &&
      last?.category === key.category &&
      last.feed === key.feed &&
      last.source === key.source
    ) {
      this.#last.count += count;
      return true;
    }
    const slot = this.#find(key) ?? (this.#keys < limit ? this.#make(key) : undefined);
    if (slot !== undefined) {
      slot.count += count;
      this.#last = slot;
      return true;
    }
    (this.#find(otherKey) ?? this.#make(otherKey)).count += count;
    return false;
  }

  /** Adds what another one has counted; gives back how many detections went under `(other)` by it. */
  addAll(from: HourCounts, limit = mostKeys): number {
    this.events += from.events;
    let over = 0;
    for (const { key, count } of from.#all()) {
      if (!this.add(key, count, limit)) over += count;
    }
    return over;
  }

  /** All keys and their counts, in the order in which they were first seen. */
  detections(): DetectionCount[] {
    return [...this.#all()].map(({ key, count }) => ({ ...key, count }));
  }

  *#all(): Generator<Slot> {
    for (const feeds of this.#slots.values()) {
      for (const sources of feeds.values()) yield* sources.values();
    }
  }

  #find({ category, feed, source }: DetectionKey): Slot | undefined {
    return this.#slots.get(cut(category))?.get(cut(feed))?.get(cut(source));
  }

  #make(from: DetectionKey): Slot {
    const key = { category: cut(from.category), feed: cut(from.feed), source: cut(from.source) };
    const slot = { key, count: 0 };
    const feeds = childOf(this.#slots, key.category);
    childOf(feeds, key.feed).set(key.source, slot);
    this.#keys += 1;
    return slot;
  }
}

function childOf<Value>(parent: Map<string, Map<string, Value>>, name: string): Map<string, Value> {
  let child = parent.get(name);
  if (child === undefined) {
    child = new Map();
    parent.set(name, child);
  }
  return child;
}
