import type { FeedInfo } from '../../core/index.js';
import { ownText } from '../own-text.js';

/** A stretch of time that began with a detection, and what was held back in it. */
export interface EndedWindow {
  /** Counts all windows, from 0. */
  readonly number: number;
  readonly key: string;
  readonly feed: FeedInfo;
  /** The value as it stood in the first event. */
  readonly text: string;
  /** Detections held back; 0: nothing is to be said. */
  readonly count: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** Bytes that a window takes beside its texts, measured: numbers, references, places in the tables. */
const fixedBytes = 190;
/** Texts and all of a window, on the average, when there are as many as there may be. */
const bytesPerWindow = 256;
const initialCapacity = 1024;

/**
 * Windows in the order in which they began; as all last equally long, that is the order in which they
 * end. A ring of columns, because there may be hundreds of thousands: about 190 bytes each and its
 * texts, and never more than 256 bytes for each that there may be. Knows no clock.
 */
export class Windows {
  #maxKeys: number;
  /** Where each key's window is: its number. */
  readonly #numbers = new Map<string, number>();
  /** Numbers of the oldest window and of the next one; a number's place is its rest by the capacity. */
  #head = 0;
  #next = 0;
  #bytes = 0;
  #keys: string[] = new Array<string>(initialCapacity).fill('');
  #texts: string[] = new Array<string>(initialCapacity).fill('');
  #feeds: (FeedInfo | undefined)[] = new Array<undefined>(initialCapacity).fill(undefined);
  #counts = new Float64Array(initialCapacity);
  #begunAtMs = new Float64Array(initialCapacity);
  #firstAtMs = new Float64Array(initialCapacity);
  #lastAtMs = new Float64Array(initialCapacity);

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
  }

  get size(): number {
    return this.#next - this.#head;
  }

  /** Whether there are more than may be, in number or bytes. */
  get isOverfull(): boolean {
    return this.size > this.#maxKeys || this.#bytes > this.#maxKeys * bytesPerWindow;
  }

  use(maxKeys: number): void {
    this.#maxKeys = maxKeys;
  }

  /** When the oldest began, monotonic; Infinity: there is none. */
  get oldestBegunAtMs(): number {
    return this.size === 0 ? Infinity : (this.#begunAtMs[this.#head % this.#keys.length] as number);
  }

  /** The number of a key's window, or undefined. */
  find(key: string): number | undefined {
    return this.#numbers.get(key);
  }

  /**
   * Begins a window at a monotonic time; the key must have none, and be well-formed Unicode. Gives back
   * its number.
   */
  begin(key: string, feed: FeedInfo, text: string, nowMs: number): number {
    if (this.size === this.#keys.length) this.#grow();
    const number = this.#next++;
    const place = number % this.#keys.length;
    const ownKey = ownText(key);
    this.#numbers.set(ownKey, number);
    this.#keys[place] = ownKey;
    this.#texts[place] = ownText(text);
    this.#feeds[place] = feed;
    this.#counts[place] = 0;
    this.#begunAtMs[place] = nowMs;
    this.#bytes += fixedBytes + key.length + text.length;
    return number;
  }

  /** Notes a detection that was held back. */
  hold(number: number, detectedAtMs: number): void {
    const place = number % this.#keys.length;
    const count = this.#counts[place] as number;
    if (count === 0) this.#firstAtMs[place] = detectedAtMs;
    this.#lastAtMs[place] = detectedAtMs;
    this.#counts[place] = count + 1;
  }

  /** Takes the oldest out; there must be one. */
  end(): EndedWindow {
    const number = this.#head++;
    const place = number % this.#keys.length;
    const key = this.#keys[place] as string;
    const text = this.#texts[place] as string;
    const feed = this.#feeds[place] as FeedInfo;
    this.#numbers.delete(key);
    this.#keys[place] = '';
    this.#texts[place] = '';
    this.#feeds[place] = undefined;
    this.#bytes -= fixedBytes + key.length + text.length;
    return {
      number,
      key,
      feed,
      text,
      count: this.#counts[place] as number,
      firstAtMs: this.#firstAtMs[place] as number,
      lastAtMs: this.#lastAtMs[place] as number,
    };
  }

  /** Twice the capacity; every window goes to the place that its number has then. */
  #grow(): void {
    const before = this.#keys.length;
    const capacity = before * 2;
    const moved = <Column extends unknown[] | Float64Array>(from: Column, to: Column): Column => {
      for (let number = this.#head; number < this.#next; number++) {
        to[number % capacity] = from[number % before];
      }
      return to;
    };
    this.#keys = moved(this.#keys, new Array<string>(capacity).fill(''));
    this.#texts = moved(this.#texts, new Array<string>(capacity).fill(''));
    this.#feeds = moved(this.#feeds, new Array<FeedInfo | undefined>(capacity).fill(undefined));
    this.#counts = moved(this.#counts, new Float64Array(capacity));
    this.#begunAtMs = moved(this.#begunAtMs, new Float64Array(capacity));
    this.#firstAtMs = moved(this.#firstAtMs, new Float64Array(capacity));
    this.#lastAtMs = moved(this.#lastAtMs, new Float64Array(capacity));
  }
}
