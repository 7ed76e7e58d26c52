import type { ContextField, FieldTree, Indicator } from '../../../core/index.js';
import { indicatorsByFields, readAs } from '../../field-indicators.js';
import { excerpt, type Reading } from '../../read-indicator.js';
import { isObject } from '../../record-context.js';
import type { RecordIndicators } from '../../record-indicators.js';
import { longestRow, type ReaderOptions } from '../format.js';
import { recordResults, type RecordResult } from '../json/record.js';
import { mispParts, splitMispValue, type MispPart } from './types.js';
import { urlValue } from '../url-value.js';

/** What an attribute may bring of the event and the object that it belongs to. */
export interface AttributeSurroundings {
  readonly event?: FieldTree | undefined;
  readonly objectName?: string | undefined;
}

/**
 * What one attribute gives: a record, a problem, or both; nothing, when it is not there to be looked
 * for: `to_ids` says no, it is deleted, or its type holds no indicator. Those are told to onPassed.
 */
export function readMispAttribute(
  number: number,
  attribute: FieldTree,
  surroundings: AttributeSurroundings,
  { fields: rules, onPassed }: ReaderOptions,
): readonly RecordResult[] {
  const { type, value } = attribute;
  const row = (): string => JSON.stringify(attribute);
  if (typeof type !== 'string' || typeof value !== 'string') {
    const reason = 'left out: an attribute without type and value';
    const problem = {
      record: number,
      fault: 'syntax',
      reason,
      row: row().slice(0, longestRow),
    } as const;
    return [{ ok: false, problem }];
  }
  const parts = mispParts(type);
  const isWanted = rules !== undefined || parts !== undefined;
  if (!isWanted || isNo(attribute['to_ids']) || isYes(attribute['deleted'])) {
    onPassed?.('other');
    return [];
  }
  const event = isObject(attribute['Event']) ? attribute['Event'] : surroundings.event;
  const tree = fieldsOf(attribute, event);
  const found = rules === undefined ? indicatorsOf(type, value) : indicatorsByFields(tree, rules);
  return recordResults(number, tree, found, row, contextOf(attribute, event, surroundings));
}

function indicatorsOf(type: string, value: string): RecordIndicators {
  const parts = mispParts(type) ?? [];
  const texts = splitMispValue(value, parts);
  const indicators: Indicator[] = [];
  const faults: string[] = [];
  parts.forEach((part, index) => {
    if (part === '-') return;
    const text = texts[index];
    const reading = text === undefined ? undefined : readPart(part, text);
    if (reading === undefined) faults.push(`${type} ${excerpt(value)} has no second part`);
    else if (reading.ok) indicators.push(reading.value);
    else faults.push(`${type} ${excerpt(text)} ${reading.problem}`);
  });
  return { indicators, faults };
}

function readPart(part: Exclude<MispPart, '-'>, text: string): Reading {
  return part === 'url' ? urlValue(text) : readAs(part, text);
}

/** The attribute without a file's content, and with its event. */
function fieldsOf(
  { data: _data, ...attribute }: FieldTree,
  event: FieldTree | undefined,
): FieldTree {
  return event === undefined ? attribute : { ...attribute, Event: event };
}

function contextOf(
  attribute: FieldTree,
  event: FieldTree | undefined,
  { objectName }: AttributeSurroundings,
): readonly ContextField[] {
  const org = [event?.['Orgc'], event?.['Org']].find(isObject);
  const candidates: readonly (readonly [string, unknown])[] = [
    ['value', attribute['value']],
    ['type', attribute['type']],
    ['category', attribute['category']],
    ['comment', attribute['comment']],
    ['object', objectName],
    ['tags', tagsOf(event, attribute)],
    ['event_info', event?.['info']],
    ['event_id', event?.['id'] ?? attribute['event_id']],
    ['event_uuid', event?.['uuid']],
    ['org', org?.['name']],
    ['threat_level_id', event?.['threat_level_id']],
    ['first_seen', attribute['first_seen']],
    ['last_seen', attribute['last_seen']],
    ['timestamp', attribute['timestamp']],
    ['uuid', attribute['uuid']],
  ];
  return candidates.flatMap(([name, value]): ContextField[] => {
    const text = typeof value === 'number' ? String(value) : value;
    return typeof text === 'string' && text !== '' ? [[name, text]] : [];
  });
}

/** Joined once for all attributes of an event that have no tags of their own: events may have thousands. */
const joinedTags = new WeakMap<FieldTree, string>();

function tagsOf(event: FieldTree | undefined, attribute: FieldTree): string {
  const own = tagNames(attribute);
  if (event === undefined || own.length > 0) {
    return [...new Set([...tagNames(event), ...own])].join(', ');
  }
  const known = joinedTags.get(event);
  if (known !== undefined) return known;
  const joined = [...new Set(tagNames(event))].join(', ');
  joinedTags.set(event, joined);
  return joined;
}

function tagNames(holder: FieldTree | undefined): readonly string[] {
  const tags = holder?.['Tag'];
  if (!Array.isArray(tags)) return [];
  return tags.flatMap((tag: unknown) => {
    const name = isObject(tag) ? tag['name'] : undefined;
    return typeof name === 'string' ? [name] : [];
  });
}

/** MISP writes yes and no as true, 1 or "1" and as false, 0 or "0". */
function isYes(value: unknown): boolean {
  return value === true || value === 1 || value === '1';
}

function isNo(value: unknown): boolean {
  return value === false || value === 0 || value === '0';
}
