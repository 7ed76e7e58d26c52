import { bad, ok } from '../../core/index.js';
import type { Result } from '../../core/index.js';

/** Facility names by number (RFC 5424, table 1; the names of syslog.conf). */
export const facilityNames = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'authpriv',
  'ftp',
  'ntp',
  'audit',
  'alert',
  'clock',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
] as const;

/** Severity names by number (RFC 5424, table 2). */
export const severityNames = [
  'emergency',
  'alert',
  'critical',
  'error',
  'warning',
  'notice',
  'informational',
  'debug',
] as const;

/** The number of a name, or of digits. */
export function parseCode(names: readonly string[], text: string): Result<number, string> {
  const number = /^[0-9]{1,2}$/.test(text) ? Number(text) : names.indexOf(text);
  return number >= 0 && number < names.length
    ? ok(number)
    : bad(`one of ${names.join(', ')}, or its number`);
}
