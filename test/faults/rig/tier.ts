/** Which tests run, and how large. `fast` at every change, `full` with the counts that are promised. */
export type Tier = 'fast' | 'full';

export const tier: Tier = process.env['TF_FAULT_TIER'] === 'full' ? 'full' : 'fast';

/** The figure for this tier. */
export function scaled<Figure>(figures: { readonly fast: Figure; readonly full: Figure }): Figure {
  return figures[tier];
}

/** Seeds of the random moments at which faults come: one in the fast tier, five in the full one. */
export const seeds: readonly number[] = scaled({ fast: [1], full: [1, 2, 3, 4, 5] });

/** Numbers from [0, 1[ that follow from a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
