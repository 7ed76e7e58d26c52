import { hourMs, HourCounts, mostKeys } from './hour-counts.js';
import type { DetectionKey } from './hour-counts.js';

/** While nothing can be written, all hours together tell so many keys apart. */
const mostPendingKeys = 100_000;

/** What was counted and is not on disk: by the number of the hour since 1970, UTC. */
export class PendingCounts {
  readonly #hours = new Map<number, HourCounts>();
  #current: { readonly hour: number; readonly counts: HourCounts } | undefined;
  #keysBefore = 0;

  get isEmpty(): boolean {
    return this.#hours.size === 0;
  }

  /** Counts one detection; false when it went under `(other)`. */
  addDetection(atMs: number, key: DetectionKey): boolean {
    const counts = this.#hourAt(atMs);
    return counts.add(key, 1, this.#limit());
  }

  addEvents(atMs: number, count: number): void {
    this.#hourAt(atMs).events += count;
  }

  /** Adds an hour back that could not be written; gives back how many detections that put under `(other)`. */
  addHour(hour: number, from: HourCounts): number {
    return this.#hourAt(hour * hourMs).addAll(from, this.#limit());
  }

  hours(): IterableIterator<[hour: number, counts: HourCounts]> {
    return this.#hours.entries();
  }

  /** How many events and detections it holds. */
  totals(): { readonly events: number; readonly detections: number } {
    let events = 0;
    let detections = 0;
    for (const counts of this.#hours.values()) {
      events += counts.events;
      for (const { count } of counts.detections()) detections += count;
    }
    return { events, detections };
  }

  #limit(): number {
    return Math.min(mostKeys, Math.max(0, mostPendingKeys - this.#keysBefore));
  }

  #hourAt(atMs: number): HourCounts {
    const hour = Math.floor(atMs / hourMs);
    if (this.#current?.hour === hour) return this.#current.counts;
    const counts = this.#hours.get(hour) ?? new HourCounts();
    this.#hours.set(hour, counts);
    this.#current = { hour, counts };
    this.#keysBefore = 0;
    for (const other of this.#hours.values()) if (other !== counts) this.#keysBefore += other.keys;
    return counts;
  }
}
