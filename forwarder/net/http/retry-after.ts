const longestMs = 24 * 60 * 60_000;

/**
 * `Retry-After` of RFC 9110 (10.2.3), seconds or a date, as milliseconds from now; at most a day, so
 * that a server's mistake does not switch it off. Undefined when it is absent or illegible.
 */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const waitMs = /^\d{1,10}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(longestMs, Math.max(0, waitMs));
}
