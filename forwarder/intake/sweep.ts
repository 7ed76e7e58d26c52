const longestMs = 5_000;
const shortestMs = 10;

/** How often to look for connections that are silent for too long: nobody is so for much longer than allowed. */
export function sweepMs(...patienceMs: readonly (number | undefined)[]): number {
  const allowed = patienceMs.filter((patience) => patience !== undefined);
  return Math.min(longestMs, Math.max(shortestMs, Math.min(...allowed) / 4));
}
