/**
 * A date as a feed writes it: a stretch of time, since `01.02.2026` is a whole day and
 * `01.02.2026 12:30` a whole minute. Milliseconds since 1970, both ends included.
 */
export interface Moment {
  readonly fromMs: number;
  readonly toMs: number;
}

const dayMs = 86_400_000;
const clock = String.raw`(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?: ?(Z|UTC|[+-]\d{2}:?\d{2}))?)?`;
const dayFirst = new RegExp(String.raw`^(\d{1,2})\.(\d{1,2})\.(\d{4})${clock}$`);
const yearFirst = new RegExp(String.raw`^(\d{4})-(\d{2})-(\d{2})${clock}$`);
/** Seconds or milliseconds since 1970, from 1973 (seconds) or 2001 (milliseconds) to 2286. */
const epoch = /^(?:[1-9]\d{8,9}|[1-9]\d{12})$/;

/**
 * `DD.MM.YYYY` or ISO 8601 (`YYYY-MM-DD`), each perhaps with `HH:MM`, seconds and a zone; UTC where no
 * zone is given. Undefined for anything else, and for days that no calendar has.
 */
export function parseMoment(text: string): Moment | undefined {
  const swapped = dayFirst.exec(text);
  const match = swapped ?? yearFirst.exec(text);
  if (match === null) return undefined;
  const [, first, month, last, hour, minute, second, fraction, zone] = match;
  const day = midnight(swapped === null ? first : last, month, swapped === null ? last : first);
  if (day === undefined) return undefined;
  if (hour === undefined) return { fromMs: day, toMs: day + dayMs - 1 };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) return undefined;
  const time = Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second ?? 0) * 1000;
  const fromMs = day + time + Math.floor(Number(`0.${fraction ?? 0}`) * 1000) - zoneMs(zone);
  const length = second === undefined ? 60_000 : fraction === undefined ? 1000 : 1;
  return { fromMs, toMs: fromMs + length - 1 };
}

/** As parseMoment, and seconds or milliseconds since 1970, as MISP has them. */
export function parseFeedMoment(text: string): Moment | undefined {
  if (!epoch.test(text)) return parseMoment(text);
  const isSeconds = text.length < 13;
  const fromMs = Number(text) * (isSeconds ? 1000 : 1);
  return { fromMs, toMs: fromMs + (isSeconds ? 999 : 0) };
}

function midnight(year?: string, month?: string, day?: string): number | undefined {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  const date = new Date(Date.UTC(y, m - 1, d));
  const isReal = date.getUTCFullYear() === y && date.getUTCMonth() === m - 1;
  return isReal && date.getUTCDate() === d ? date.getTime() : undefined;
}

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === 'UTC') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
