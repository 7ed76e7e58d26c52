/** Number of generated cases of a property: `few`, or the environment variable FUZZ_RUNS. */
export function fuzzRuns(few: number): number {
  const wanted = Number(process.env['FUZZ_RUNS'] ?? '');
  return Number.isSafeInteger(wanted) && wanted > 0 ? wanted : few;
}
