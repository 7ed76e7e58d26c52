const hourMs = 3_600_000;

/** `Europe/Berlin`: the zone in which times are shown; TZ sets it. */
export function zoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** `2026-11-21`: the day of a time, in the local zone. */
export function localDay(atMs: number): string {
  const at = new Date(atMs);
  const year = String(at.getFullYear()).padStart(4, '0');
  return `${year}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** `+01:00`: how far local clocks are ahead of UTC at that time. */
function offset(atMs: number): string {
  const minutes = -new Date(atMs).getTimezoneOffset();
  const whole = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(whole / 60))}:${two(whole % 60)}`;
}

function localTime(atMs: number): string {
  const at = new Date(atMs);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `2026-11-21 17:00 +01:00`; the offset tells the hours apart that clocks show twice in autumn. */
export function localText(atMs: number): string {
  return `${localDay(atMs)} ${localTime(atMs)} ${offset(atMs)}`;
}

/** `2026-11-21T17:00:00+01:00`. */
export function localIso(atMs: number): string {
  return `${localDay(atMs)}T${localTime(atMs)}:00${offset(atMs)}`;
}

/** Midnight at which a local day, or the one `later` days after it, begins; undefined: no such day. */
export function startOfLocalDay(text: string, later = 0): number | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const at = new Date(Number(year), Number(month) - 1, Number(date));
  if (localDay(at.getTime()) !== text) return undefined;
  at.setDate(at.getDate() + later);
  return at.getTime();
}

/** A date and time to the minute, local or with `Z` or an offset; undefined when it is none. */
export function parseTime(text: string): number | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d)?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  const [, day, time, zone = ''] = parts ?? [];
  if (day === undefined || time === undefined) return undefined;
  // The date alone is looked at too: 30 February would become 2 March.
  if (startOfLocalDay(day) === undefined) return undefined;
  const atMs = Date.parse(`${day}T${time}:00${zone}`);
  return Number.isFinite(atMs) ? atMs : undefined;
}

/** The start of the (UTC) hour in which a time is; zones with half hours count in the same hours. */
export function hourBegin(atMs: number): number {
  return Math.floor(atMs / hourMs) * hourMs;
}

/** The end of that hour, or the time itself where it is the start of one. */
export function hourEnd(atMs: number): number {
  return Math.ceil(atMs / hourMs) * hourMs;
}
