const months = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;

/** Longest host name we write (RFC 1035's limit for a name). */
const maxHostLength = 255;

export interface SyslogOrigin {
  /** 0–23; 16 is local0. */
  readonly facility: number;
  /** 0 (emergency) to 7 (debug); 6 is informational. */
  readonly severity: number;
  /** The log source identifier in QRadar; see syslogHost for what is replaced. */
  readonly host: string;
}

export interface SyslogHeaderOptions extends SyslogOrigin {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** RFC 3164 names no zone; local time is the custom. QRadar takes devTime before this time. */
  readonly timeZone?: 'local' | 'utc';
}

/**
 * `<134>Jul  1 10:10:14 HOST ` (RFC 3164), closing blank included. The day is padded with a blank.
 * No tag follows the host: QRadar wants `LEEF:` right there. Throws RangeError for a facility or
 * severity outside its range, which configuration has to rule out.
 */
export function syslogHeader(options: SyslogHeaderOptions): string {
  const { atMs, timeZone = 'local' } = options;
  return `${priority(options)}${timestamp(atMs, timeZone)} ${syslogHost(options.host)} `;
}

/** Length of the header in bytes: the same for every time. */
export function syslogHeaderBytes(origin: SyslogOrigin): number {
  return syslogHeader({ ...origin, atMs: 0 }).length;
}

/**
 * A host as it is written: ASCII letters, digits, `.`, `-` and `_`; everything else becomes `_`.
 * So no blank can end the header early, no `LEEF:` can start the event early, and no IPv6 address
 * (which QRadar cannot route by) is taken for one.
 */
export function syslogHost(host: string): string {
  const safe = host.slice(0, maxHostLength).replace(/[^A-Za-z0-9._-]/g, '_');
  return safe === '' ? '-' : safe;
}

function priority({ facility, severity }: SyslogOrigin): string {
  if (!isWithin(facility, 23)) throw new RangeError(`syslog facility ${facility} is not 0-23`);
  if (!isWithin(severity, 7)) throw new RangeError(`syslog severity ${severity} is not 0-7`);
  return `<${facility * 8 + severity}>`;
}

function isWithin(value: number, highest: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= highest;
}

function timestamp(atMs: number, timeZone: 'local' | 'utc'): string {
  const date = new Date(atMs);
  // An impossible time must still give a header of the right shape.
  if (Number.isNaN(date.getTime())) return timestamp(0, timeZone);
  const isUtc = timeZone === 'utc';
  const month = months[isUtc ? date.getUTCMonth() : date.getMonth()] ?? 'Jan';
  const day = isUtc ? date.getUTCDate() : date.getDate();
  const hours = isUtc ? date.getUTCHours() : date.getHours();
  const minutes = isUtc ? date.getUTCMinutes() : date.getMinutes();
  const seconds = isUtc ? date.getUTCSeconds() : date.getSeconds();
  return `${month} ${day < 10 ? ' ' : ''}${day} ${two(hours)}:${two(minutes)}:${two(seconds)}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
