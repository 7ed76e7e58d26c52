import { bad, ok } from '../../core/index.js';
import type { Result } from '../../core/index.js';

const msPerUnit = { ms: 1, s: 1e3, m: 60e3, h: 3_600e3, d: 86_400e3, w: 604_800e3 } as const;
type Unit = keyof typeof msPerUnit;

const longestFirst: readonly Unit[] = ['w', 'd', 'h', 'm', 's', 'ms'];

export const durationPattern = '^\\s*([0-9]{1,9}\\s*(ms|s|m|h|d|w)|never)\\s*$';
export const durationForms = 'a time such as 30s, 15m, 12h, 7d or never';

/** Reads a time: `30s`, `15m`, `12h`, `7d`, `2w`, `never` (0). Gives milliseconds. */
export function parseDurationMs(text: string): Result<number, string> {
  const trimmed = text.trim();
  if (trimmed === 'never') return ok(0);
  const parts = /^([0-9]{1,9})\s*(ms|s|m|h|d|w)$/.exec(trimmed);
  if (parts === null) return bad(durationForms);
  return ok(Number(parts[1]) * msPerUnit[parts[2] as Unit]);
}

/** Reads a time that is counted in whole minutes: `12h` → 720. */
export function parseDurationMinutes(text: string): Result<number, string> {
  const ms = parseDurationMs(text);
  if (!ms.ok) return ms;
  if (ms.value % msPerUnit.m !== 0) return bad('a whole number of minutes, such as 15m, 12h or 7d');
  return ok(ms.value / msPerUnit.m);
}

/** `43200000` → `12h`; 0 is `never`. */
export function formatDurationMs(ms: number): string {
  if (ms === 0) return 'never';
  const unit = longestFirst.find((candidate) => ms % msPerUnit[candidate] === 0) ?? 'ms';
  return `${ms / msPerUnit[unit]}${unit}`;
}
