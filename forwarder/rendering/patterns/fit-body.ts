import { cutToBytes } from '../clean.js';
import type { Allowance, Scope } from './scope.js';

/** What may be taken away, and how much of it stays at least. */
export interface Reduction {
  readonly what: keyof Allowance;
  readonly least: number;
}

/** Whole context fields go, last ones first, then actionable ones; values are cut in the last resort. */
export const detectReductions: readonly Reduction[] = [
  { what: 'fields', least: 0 },
  { what: 'actionable', least: 0 },
  { what: 'valueLimit', least: 0 },
];

/** The context of a status or finished message is the message: its values are cut before any goes. */
export const noticeReductions: readonly Reduction[] = [
  { what: 'valueLimit', least: 32 },
  { what: 'fields', least: 0 },
  { what: 'valueLimit', least: 0 },
];

/** Enough for thousands of fields; a value is cut a four-thousandth of the limit too short at most. */
const mostHalvings = 12;

/**
 * Renders, and when the line has more than `maxBytes` bytes of UTF-8, renders it with less. What fits at once
 * is rendered once.
 */
export function fitBody(
  render: (scope: Scope) => string,
  scope: Scope,
  maxBytes: number,
  reductions: readonly Reduction[],
): string {
  const fits = (line: string): boolean =>
    // A UTF-16 unit takes three bytes at most.
    line.length * 3 <= maxBytes || Buffer.byteLength(line, 'utf8') <= maxBytes;
  let line = render(scope);
  if (fits(line)) return line;
  let current = scope;
  for (const { what, least } of reductions) {
    const renderWith = (much: number): string => render({ ...current, [what]: much });
    let low = Math.min(least, current[what]);
    let high = current[what];
    line = renderWith(low);
    if (!fits(line)) {
      current = { ...current, [what]: low };
      continue;
    }
    for (let count = 0; count < mostHalvings && high - low > 1; count += 1) {
      const middle = Math.floor((low + high) / 2);
      const attempt = renderWith(middle);
      if (fits(attempt)) {
        low = middle;
        line = attempt;
      } else {
        high = middle;
      }
    }
    return line;
  }
  // Only an event id of escaped or many-byte characters comes here: the format by itself fits.
  return cutToBytes(line, maxBytes);
}
