import type { FeedInfo, Observable } from '../core/index.js';
import { parseIp } from '../normalise/index.js';
import type { MayLeave } from '../normalise/may-leave.js';
import { functionsOfFields, givesField, plainName } from './functions/index.js';
import type { LookupFunction } from './kl-fields.js';
import type { LookupKind, LookupObject } from './lookup-object.js';
import type { Sections } from './portal.js';
import { recognise } from './recognise.js';

/** An entry of `lookup.enrich`: which detections get which fields. */
export interface EnrichRule {
  /** Names or patterns of feeds; of all feeds when absent. */
  readonly feeds?: readonly string[] | undefined;
  readonly minConfidence: number;
  /** With or without `$`. */
  readonly fields: readonly string[];
  readonly followUp: boolean;
}

/** What is asked about an object of one kind, and what is wanted of the answer. */
export interface EnrichPlan {
  /** Of the entry in `lookup.enrich`, from 0. */
  readonly rule: number;
  readonly kind: LookupKind;
  /** Without `$`, in the order of the entry. */
  readonly fields: readonly string[];
  /** The fewest that give the fields. */
  readonly functions: readonly LookupFunction[];
  /** Of all these functions together: one request serves them. */
  readonly sections: Sections;
  readonly followUp: boolean;
}

/**
 * What the first entry that fits says about detections of a feed by objects of a kind; undefined when none
 * fits. An entry fits by the feed's name (letter case ignored, `*` stands for anything), by its
 * confidence, and when one of its fields is given for the kind.
 */
export function planFor(
  rules: readonly EnrichRule[],
  { name, confidence }: Pick<FeedInfo, 'name' | 'confidence'>,
  kind: LookupKind,
): EnrichPlan | undefined {
  for (const [rule, { feeds, minConfidence, fields, followUp }] of rules.entries()) {
    if (confidence < minConfidence) continue;
    if (feeds !== undefined && !feeds.some((pattern) => covers(pattern, name))) continue;
    const functions = functionsOfFields(kind, fields);
    if (functions.length === 0) continue;
    const names = [...new Set(fields.map(plainName))];
    const given = names.filter((one) => functions.some((each) => givesField(each, one)));
    return { rule, kind, fields: given, functions, sections: sectionsOf(functions), followUp };
  }
  return undefined;
}

/** As what an observable is looked up: a URL that is but a host, as that host. */
export function lookupKindOf(observable: Observable): LookupKind {
  const { kind, value } = observable;
  switch (kind) {
    case 'url':
      if (value !== observable.host) return 'url';
      return parseIp(value) === undefined ? 'domain' : 'ip';
    case 'domain':
    case 'ip':
      return kind;
    case 'md5':
    case 'sha1':
    case 'sha256':
      return 'hash';
    default:
      return kind satisfies never;
  }
}

/**
 * What is asked about an observable; undefined when it may not leave the house: its address or name, or
 * that of its host, is not public. A URL is asked about in its normal form: no scheme, user, password or
 * fragment.
 */
export function objectOf(observable: Observable, mayLeave: MayLeave): LookupObject | undefined {
  const { value } = observable;
  const kind = lookupKindOf(observable);
  const host = observable.kind === 'url' ? observable.host : value;
  if (kind !== 'hash' && !mayLeave(host)) return undefined;
  const found = recognise(value, kind);
  return found.ok ? found.value : undefined;
}

function covers(pattern: string, name: string): boolean {
  const parts = pattern.split(/\*+/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}$`, 'i').test(name);
}

function sectionsOf(functions: readonly LookupFunction[]): Sections {
  const named = new Set<string>();
  for (const { sections } of functions) {
    if (sections === 'all') return 'all';
    for (const section of sections) named.add(section);
  }
  return [...named].sort();
}
