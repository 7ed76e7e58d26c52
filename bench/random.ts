/** Numbers from 0 to 1 that look random and repeat for a seed on every machine (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** One byte as a decimal number, 0 to 255. */
export function byteOf(random: () => number): number {
  return Math.floor(random() * 256);
}

/** 32 hex digits. */
export function hashOf(random: () => number): string {
  let digits = '';
  for (let part = 0; part < 4; part += 1) {
    digits += Math.floor(random() * 4294967296)
      .toString(16)
      .padStart(8, '0');
  }
  return digits;
}
