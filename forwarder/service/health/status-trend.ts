import type { Clock } from '../../core/index.js';

/** The longest time that can be asked for. */
export const longestTrendSeconds = 900;

/** One sample more than seconds, so that the longest time lies between two of them. */
const slots = longestTrendSeconds + 1;

/**
 * How a counter grew lately: looked at once a second, so that whoever counts pays nothing for it.
 *
 * Example: looked at after 0, 1, 2 and 3 s it was 0, 10, 10 and 40. increase(2) is 30, perSecond(2) is
 * 15, perSecond(60) is 40 / 3: there were not more than three seconds.
 */
export class Trend {
  readonly #read: () => number;
  readonly #monotonic: Clock;
  readonly #values = new Float64Array(slots);
  readonly #times = new Float64Array(slots);
  #taken = 0;

  /** `monotonic`: milliseconds, by a clock that never jumps. */
  constructor(read: () => number, monotonic: Clock) {
    this.#read = read;
    this.#monotonic = monotonic;
    this.tick();
  }

  /** To be called once a second. */
  tick(): void {
    const slot = this.#taken % slots;
    this.#values[slot] = this.#read();
    this.#times[slot] = this.#monotonic();
    this.#taken += 1;
  }

  /** By how much it grew in the last so many seconds, up to the last tick. */
  increase(seconds: number): number {
    return this.#since(seconds).grown;
  }

  /** The mean over the last so many seconds, or over all there were; 0 before the second tick. */
  perSecond(seconds: number): number {
    const { grown, ms } = this.#since(seconds);
    return ms === 0 ? 0 : (grown * 1000) / ms;
  }

  #since(seconds: number): { readonly grown: number; readonly ms: number } {
    const last = (this.#taken - 1) % slots;
    const lastValue = this.#values[last] ?? 0;
    const lastTime = this.#times[last] ?? 0;
    // A tick may come late: what was looked at a little longer ago still counts as that time.
    const fromTime = lastTime - (seconds + 0.5) * 1000;
    let first = last;
    const kept = Math.min(this.#taken, slots);
    for (let back = 1; back < kept; back += 1) {
      const slot = (this.#taken - 1 - back) % slots;
      if ((this.#times[slot] ?? 0) < fromTime) break;
      first = slot;
    }
    return {
      grown: lastValue - (this.#values[first] ?? 0),
      ms: lastTime - (this.#times[first] ?? 0),
    };
  }
}
