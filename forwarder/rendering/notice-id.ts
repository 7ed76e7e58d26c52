import type { Outcome } from '../core/index.js';

/**
 * `s-mcx9k2lo-123-1f2e3d4c`: kind, time, number and run. The number alone starts again with each
 * process, while messages of the one before may still be on their way.
 */
export function noticeId(
  { kind, atMs, number }: Exclude<Outcome, { kind: 'detect' }>,
  runId: string,
): string {
  const letter = kind === 'status' ? 's' : 'e';
  const run = runId === '' ? '' : `-${runId}`;
  return `${letter}-${Math.trunc(atMs).toString(36)}-${number}${run}`;
}
