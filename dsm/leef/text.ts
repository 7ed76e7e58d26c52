/**
 * What may stand in a LEEF line. LEEF documents no escape, and IBM's own reader keeps backslashes
 * as they are, so a character that would end a field can only be replaced, never escaped.
 */

/** Longest EventID that QRadar takes, in characters (IBM, LEEF event components). */
export const maxEventIdLength = 255;

/** Longest key we write. QRadar gives no limit; property names there end at 255 characters. */
export const maxKeyLength = 255;

/** What stands for a value that is absent or empty: an empty one makes QRadar drop the key. */
export const absentValue = '-';

// C0 and C1 controls (TAB, CR, LF, NUL and NEL among them), DEL, the Unicode line and paragraph
// separators, and halves of surrogate pairs that have lost the other half.
const unsafeInValue = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/u;
const everyUnsafeInValue = new RegExp(unsafeInValue.source, 'gu');

/**
 * Text that can stand as a value anywhere behind the header: everything that could end the value,
 * the line or the event is a blank, outer blanks are gone. `|`, `=`, `\` and `LEEF:` stay: behind
 * the header they mean nothing to a reader. May be '' (see attributeValue).
 */
export function cleanText(text: string): string {
  const safe = unsafeInValue.test(text) ? text.replace(everyUnsafeInValue, ' ') : text;
  return hasOuterBlank(safe) ? safe.trim() : safe;
}

/** Whether there may be a blank at either end; everything beyond ASCII is left to trim(). */
function hasOuterBlank(text: string): boolean {
  if (text === '') return false;
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return first <= 0x20 || first > 0x7e || last <= 0x20 || last > 0x7e;
}

/** A value as it is written: cleaned, and `-` when nothing is left. */
export function attributeValue(text: string): string {
  const value = cleanText(text);
  return value === '' ? absentValue : value;
}

const legalKey = /^[A-Za-z0-9_]+$/;

/** Whether a reader takes the whole of it as one key: ASCII letters, digits and `_`. */
export function isAttributeKey(text: string): boolean {
  return text.length <= maxKeyLength && legalKey.test(text);
}

/** A key as it is written: every character but ASCII letters, digits and `_` becomes `_`. */
export function attributeKey(text: string): string {
  if (isAttributeKey(text)) return text;
  const key = text.slice(0, maxKeyLength).replace(/[^A-Za-z0-9_]/g, '_');
  return key === '' ? '_' : key;
}

const unsafeInHeader = /[^\u0020-\u007b\u007d\u007e]/gu;

/**
 * A header field as it is written: `|` and everything but printable ASCII becomes `_`, outer blanks
 * are gone, `-` when nothing is left, cut at 255 characters (the EventID's limit).
 */
export function headerField(text: string): string {
  const bounded = text.length > maxEventIdLength ? text.slice(0, maxEventIdLength) : text;
  const field = bounded.replace(unsafeInHeader, '_').trim();
  return field === '' ? absentValue : field;
}
