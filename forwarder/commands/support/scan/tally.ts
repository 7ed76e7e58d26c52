/** What was found of one category. */
export interface CategoryCount {
  readonly category: string;
  readonly detections: number;
  /** Distinct indicators. */
  readonly indicators: number;
}

/** As it is kept in a resume file. */
export interface SavedTally {
  readonly categories: readonly {
    readonly name: string;
    readonly detections: number;
    readonly indicators: readonly string[];
  }[];
  readonly isFull: boolean;
}

/** So many indicators are told apart, over all categories; memory stays bounded. */
const mostIndicators = 100_000;
const mostCategories = 1000;
const otherCategories = '(other categories)';

interface Count {
  detections: number;
  readonly indicators: Set<string>;
}

/** Counts detections by category, and the distinct indicators of each (letter case ignored). */
export class Tally {
  readonly #counts = new Map<string, Count>();
  #kept = 0;
  #isFull = false;

  constructor(saved?: SavedTally) {
    for (const { name, detections, indicators } of saved?.categories ?? []) {
      this.#counts.set(name, { detections, indicators: new Set(indicators) });
      this.#kept += indicators.length;
    }
    this.#isFull = saved?.isFull === true;
  }

  add(category: string, indicator: string): void {
    const count = this.#countOf(category);
    count.detections += 1;
    const key = indicator.toLowerCase();
    if (count.indicators.has(key)) return;
    if (this.#kept >= mostIndicators) {
      this.#isFull = true;
      return;
    }
    count.indicators.add(key);
    this.#kept += 1;
  }

  /** Whether there were more indicators than are told apart: the counts are the least there are. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Most detections first. */
  counts(): readonly CategoryCount[] {
    return [...this.#counts]
      .map(([category, { detections, indicators }]) => ({
        category,
        detections,
        indicators: indicators.size,
      }))
      .sort((a, b) => b.detections - a.detections || (a.category < b.category ? -1 : 1));
  }

  saved(): SavedTally {
    const categories = [...this.#counts].map(([name, { detections, indicators }]) => ({
      name,
      detections,
      indicators: [...indicators],
    }));
    return { categories, isFull: this.#isFull };
  }

  #countOf(category: string): Count {
    const known = this.#counts.get(category);
    if (known !== undefined) return known;
    const name = this.#counts.size < mostCategories ? category : otherCategories;
    const count = this.#counts.get(name) ?? { detections: 0, indicators: new Set<string>() };
    this.#counts.set(name, count);
    return count;
  }
}
