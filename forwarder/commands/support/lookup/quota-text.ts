import type { Quota } from '../../../lookup/lookup-result.js';

/** `43 of 1000 requests used today, 957 left`. */
export function quotaText({ used, perDay, source }: Quota): string {
  const whose = source === 'own count' ? ' (counted here)' : '';
  if (perDay === undefined) return `${used} requests used today${whose}`;
  return `${used} of ${perDay} requests used today, ${Math.max(0, perDay - used)} left${whose}`;
}
