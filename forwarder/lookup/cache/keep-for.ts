import { zones } from '../lookup-object.js';
import type { Zone } from '../lookup-object.js';
import type { Answer } from './stored-answer.js';

/** How long answers are kept, in milliseconds, by what they say; 0 = not at all. */
export type KeepFor = Readonly<Record<Zone | 'noData', number>>;

/**
 * When an answer no longer holds, in milliseconds since 1970. A report without a zone is kept as one
 * of zone Grey: it says no more.
 */
export function expiryOf(answer: Answer, keepFor: KeepFor): number {
  return answer.atMs + keepFor[answer.kind === 'no-data' ? 'noData' : zoneOf(answer.report)];
}

function zoneOf({ Zone: zone }: Readonly<Record<string, unknown>>): Zone {
  return zones.find((name) => name === zone) ?? 'Grey';
}
