import type { DecodedEvent } from '../core/index.js';
import { undoEscapes, wellFormed } from './escapes.js';
import { writtenFields } from './written-fields.js';

/**
 * Keys that only JSA writes. One of them makes a JSON object an envelope. Keys that other products
 * write too (`src`, `name`, `category`, `version`, …) prove nothing by themselves.
 */
const distinctiveKeys = [
  'logSource',
  'logSourceIdentifier',
  'logSourceType',
  'logSourceGroup',
  'deploymentID',
  'isoTimeFormat',
  'devTimeEpoch',
  'devTimeISO',
  'startTimeEpoch',
  'startTimeISO',
  'storageTimeEpoch',
  'storageTimeISO',
  'eventCnt',
  'hasOffense',
  'hasIdentity',
  'domainID',
  'lowLevelCategory',
  'highLevelCategory',
  'srcNetName',
  'dstNetName',
  'srcPreNATPort',
  'dstPreNATPort',
  'srcPostNATPort',
  'dstPostNATPort',
] as const;

/** Keys of a profile that leaves nearly everything out: with `type` Event or Flow they suffice. */
const commonKeys = ['src', 'dst', 'usrName', 'eventName', 'category', 'protocolID'] as const;

const noNames: ReadonlySet<string> = new Set();

/** An object as JSON.parse gives it, and as it was written. */
export interface ParsedObject {
  readonly parsed: object;
  readonly json: string;
  /** Whether a field comes again: it has more fields as written than keys. */
  readonly hasRepeatedNames: boolean;
}

type Envelope = Extract<DecodedEvent, { kind: 'envelope' }>;

/**
 * Turns a parsed JSON object into an envelope, or gives undefined when it is none. It is one when
 * it has a key that only JSA writes, or a `payload` that is text, or `type` "Event" or "Flow"
 * beside a common key of the JSA table. Everything else is the payload of some product that logs in
 * JSON. `standardNames` maps a renamed key to its standard name.
 *
 * Of fields of one name the last counts; what it hides is searched all the same, as if it stood behind
 * the payload: else an event could hide an indicator from us that others see.
 */
export function toEnvelope(
  { parsed, json, hasRepeatedNames }: ParsedObject,
  standardNames: ReadonlyMap<string, string>,
): Envelope | undefined {
  // Only an escape can make a lone surrogate: decoding UTF-8 never does.
  const mayHoldLoneSurrogates = json.includes('\\u');
  const clean = (text: string): string => (mayHoldLoneSurrogates ? wellFormed(text) : text);
  const renamed = renamedIn(parsed, standardNames);
  const fields = new Map<string, string>();
  let hasTextPayload = false;
  // A parsed object inherits nothing that this loop would meet, and no pairs are made by it.
  for (const key in parsed) {
    const value = (parsed as Readonly<Record<string, unknown>>)[key];
    const standardName = standardNames.get(key);
    const name = clean(standardName ?? key);
    // The profile's own name for a field wins over a property that happens to be called like it.
    if (standardName === undefined && renamed.has(name)) continue;
    const text = isBeyondDigits(value) ? lastWritten(json, key) : textOf(value);
    if (text === undefined) continue;
    fields.set(name, clean(text));
    if (name === 'payload') hasTextPayload = typeof value === 'string';
  }
  if (!hasTextPayload && !isOfJsa(fields)) return undefined;
  const payload = fields.get('payload') ?? '';
  if (!hasRepeatedNames) return { kind: 'envelope', fields, payload };
  const hidden = hiddenTexts(json).map(clean);
  return { kind: 'envelope', fields, payload: [payload, ...hidden].join('\n') };
}

/** A whole number that a double does not hold exactly. */
function isBeyondDigits(value: unknown): boolean {
  return (
    typeof value === 'number' &&
    Math.abs(value) > Number.MAX_SAFE_INTEGER &&
    value < Infinity &&
    value > -Infinity
  );
}

function lastWritten(json: string, key: string): string | undefined {
  return writtenFields(json).findLast(({ name }) => name === key)?.value;
}

/** The values of the fields that a later one of the same name hides, as text. */
function hiddenTexts(json: string): readonly string[] {
  const fields = writtenFields(json);
  const lastOf = new Map(fields.map(({ name }, at) => [name, at]));
  return fields
    .filter(({ name }, at) => lastOf.get(name) !== at)
    .flatMap(({ value }) => textOf(JSON.parse(value)) ?? []);
}

function isOfJsa(fields: ReadonlyMap<string, string>): boolean {
  if (distinctiveKeys.some((key) => fields.has(key))) return true;
  const type = fields.get('type');
  return (type === 'Event' || type === 'Flow') && commonKeys.some((key) => fields.has(key));
}

/** The standard names that stand in this object under their renamed keys. */
function renamedIn(
  parsed: object,
  standardNames: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  if (standardNames.size === 0) return noNames;
  const found = new Set<string>();
  for (const key of Object.keys(parsed)) {
    const name = standardNames.get(key);
    if (name !== undefined) found.add(name);
  }
  return found;
}

/**
 * JSA writes every value as a string; others are taken as their JSON text, null as absent. A number
 * beyond the range of a double is lost: `1e999` counts as absent.
 */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null || value === Infinity || value === -Infinity) return undefined;
  // Lists and objects as JSON, but with the characters their escapes stand for: a TAB that stays
  // written as `\t` would join its letter to the word behind it.
  return typeof value === 'object' ? undoEscapes(JSON.stringify(value)) : JSON.stringify(value);
}

/**
 * How many payloads JSA merged away before it forwarded this event: with coalescing on, one event
 * stands for `eventCnt` and only the first one's payload is kept. 0 when the count is no whole
 * number of up to nine digits.
 */
export function lostPayloads(decoded: DecodedEvent): number {
  if (decoded.kind !== 'envelope') return 0;
  const count = decoded.fields.get('eventCnt');
  if (count === undefined || !/^\d{1,9}$/.test(count)) return 0;
  return Math.max(0, Number(count) - 1);
}
