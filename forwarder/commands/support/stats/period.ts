import { ServiceError } from '../../../core/index.js';
import { hourBegin, hourEnd, parseTime, startOfLocalDay } from './local-time.js';

/** Whole hours that are looked at. */
export interface Period {
  readonly fromMs: number;
  /** The end, not included. */
  readonly toMs: number;
  /** Whether it goes on to the present. */
  readonly isOpen: boolean;
}

const unitMs = { h: 3_600_000, d: 86_400_000 } as const;

/**
 * The period two options name, in whole hours around it: `--from` is the last 24 hours when absent,
 * `--to` the present. A day as `--to` is included. Throws ServiceError TF_USAGE.
 */
export function periodOf(from: string | undefined, to: string | undefined, nowMs: number): Period {
  const begin = timeOf('--from', from ?? '24h', nowMs, 0);
  const end = to === undefined ? nowMs + 1 : timeOf('--to', to, nowMs, 1);
  if (begin < end)
    return { fromMs: hourBegin(begin), toMs: hourEnd(end), isOpen: to === undefined };
  throw new ServiceError('TF_USAGE', 'the period ends before it begins', {
    where: `--from ${from ?? '24h'}${to === undefined ? '' : ` --to ${to}`}`,
    hint: 'let --from be a time before --to (without --to: before the present)',
  });
}

/** `laterDays`: by how many days a day means its end, not its begin. */
function timeOf(option: string, text: string, nowMs: number, laterDays: number): number {
  const [, count, unit] = /^(\d{1,5})([hd])$/.exec(text) ?? [];
  if (count !== undefined) return nowMs - Number(count) * unitMs[unit as 'h' | 'd'];
  const atMs = startOfLocalDay(text, laterDays) ?? parseTime(text);
  if (atMs !== undefined) return atMs;
  throw new ServiceError('TF_USAGE', `${option} must be a time, not "${text}"`, {
    hint: 'a day (2026-11-20), a time (2026-11-20T14:00, local; 2026-11-20T14:00Z, UTC), or how long ago (24h, 7d)',
  });
}
