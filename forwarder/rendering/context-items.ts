import { predefinedKeys } from '../../dsm/leef/predefined-keys.js';
import { attributeKey } from '../../dsm/leef/text.js';
import type { ContextField } from '../core/index.js';
import type { Cleaner } from './clean.js';

/** A context field as templates see it: a legal key and a clean value. */
export interface ContextItem {
  readonly name: string;
  readonly value: string;
}

/** Keys of ours that LEEF does not define; `category` is Kaspersky's name for the event id. */
const ownKeys: ReadonlySet<string> = new Set([
  'category',
  'confidence',
  'count',
  'eventTime',
  'firstTime',
  'ip',
  'lastTime',
  'loopToken',
  'matchedIndicator',
  'md5',
  'msgId',
  'sha1',
  'sha256',
  'truncated',
]);

const maxKnownKeys = 4096;
const knownKeys = new Map<string, string>();

/**
 * The key of a record's field. Ours win: a field with one of our keys, or with one that LEEF gives
 * a meaning to, becomes `feed_<key>`. Letter case counts, as it does in QRadar: `MD5` and `IP` of a
 * record stand beside our `md5` and `ip`.
 */
export function contextKey(name: string): string {
  const known = knownKeys.get(name);
  if (known !== undefined) return known;
  const key = attributeKey(name);
  const isTaken = ownKeys.has(key) || predefinedKeys.has(key);
  const result = isTaken ? attributeKey(`feed_${key}`) : key;
  // A feed has few field names; a feed with endless ones must not fill the memory.
  if (knownKeys.size >= maxKnownKeys) knownKeys.clear();
  if (name.length <= 255) knownKeys.set(name, result);
  return result;
}

/**
 * The key of a field of a status or evaluation message. What such a message is about may be called by the
 * name that it has in a detection: the two are then found by one search.
 */
export function noticeKey(name: string): string {
  return name === 'matchedIndicator' ? name : contextKey(name);
}

/**
 * A record's context fields, each key once, the first wins. Stops when what it has can no longer fit
 * into one message; the cleaner then says that something was cut.
 */
export function contextItems(
  fields: readonly ContextField[],
  cleaner: Cleaner,
  limit: number,
  keyOf: (name: string) => string = contextKey,
): readonly ContextItem[] {
  const items: ContextItem[] = [];
  const seen = new Set<string>();
  let length = 0;
  for (const [fieldName, text] of fields) {
    if (length > limit) {
      cleaner.isCut = true;
      break;
    }
    const name = keyOf(fieldName);
    if (seen.has(name)) continue;
    seen.add(name);
    const value = cleaner.clean(text);
    length += name.length + value.length + 2;
    items.push({ name, value });
  }
  return items;
}
