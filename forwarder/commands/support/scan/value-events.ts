import { parseIp } from '../../../normalise/index.js';
import { ServiceError } from '../../../core/index.js';

/** A field of `Pattern`. */
type Field = 'IP' | 'MD5' | 'SHA1' | 'SHA256' | 'URL';

/** A single value to look up: which field of `Pattern` it fills. */
export interface ScanValue {
  readonly field: Field;
  readonly text: string;
}

const hashFields: ReadonlyMap<number, Field> = new Map([
  [32, 'MD5'],
  [40, 'SHA1'],
  [64, 'SHA256'],
]);

/** The value of -s. Throws ServiceError TF_USAGE for what is no hash. */
export function hashValue(text: string): ScanValue {
  const field = /^[0-9a-f]+$/i.test(text) ? hashFields.get(text.length) : undefined;
  if (field !== undefined) return { field, text };
  throw notA(text, '-s/--hash', 'a hash: 32 (MD5), 40 (SHA1) or 64 (SHA256) hexadecimal digits');
}

/** The value of -i. Throws ServiceError TF_USAGE for what is no address. */
export function ipValue(text: string): ScanValue {
  if (parseIp(text) === undefined) throw notA(text, '-i/--ip', 'an IP address');
  return { field: 'IP', text: text.trim() };
}

/** The value of -u. Throws ServiceError TF_USAGE for what cannot be one word of an event. */
export function urlValue(text: string): ScanValue {
  if (text === '' || /[\u0000-\u0020\u007f]/.test(text)) {
    throw notA(text, '-u/--url', 'a URL without blanks');
  }
  return { field: 'URL', text };
}

function notA(text: string, option: string, wanted: string): ServiceError {
  return new ServiceError('TF_USAGE', `"${text.slice(0, 120)}" is not ${wanted}`, {
    where: option,
    hint: `give ${wanted}`,
  });
}

/**
 * The event that asks for one value: `Pattern` with the field of its kind filled and the others
 * empty, as Log Scanner makes it (CyberTrace help, page 171646):
 *
 *     pattern `ip=%IP% md5=%MD5% url=%URL%`, IP 192.0.2.3   →   `ip=192.0.2.3 md5= url=`
 */
export function valueEvent(pattern: string, { field, text }: ScanValue): string {
  return pattern
    .replace(/%(IP|MD5|SHA1|SHA256|URL)%/g, (_, name: string) => (name === field ? text : ''))
    .replace(/[\r\n]+/g, ' ');
}

/** Throws ServiceError TF_USAGE when a pattern has no place for a value: the lookup would be empty. */
export function checkPattern(pattern: string, values: readonly ScanValue[]): void {
  const missing = values.find(({ field }) => !pattern.includes(`%${field}%`));
  if (missing === undefined) return;
  throw new ServiceError('TF_USAGE', `Pattern has no %${missing.field}%`, {
    where: 'Pattern',
    hint: 'add it, or leave Pattern out of the configuration file to have the usual one',
  });
}
