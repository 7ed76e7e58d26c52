import { formatDurationMs } from '../values/duration.js';
import { isComparedWith } from './compared-rules.js';
import type { FeedInfo } from './feed-info.js';
import { feedKey } from './feed-info.js';
import type { MatchedField } from './feed-kinds.js';
import { categoriesOf, fieldKindOf, fieldsOf, legalCategory } from './feed-kinds.js';
import type { ImportDraft } from './import-draft.js';
import type { ImportedRule } from './import-rules.js';
import { numberIn } from './numbers.js';
import type { ServiceTree } from './service-tree.js';
import { attributeOf, childrenOf, flagOf, type XmlElement } from './xml/element.js';

/** What a feed needs to know of the rest of the file. */
export interface FeedSurroundings {
  readonly info: FeedInfo | undefined;
  /** The rules of all sources. */
  readonly rules: readonly ImportedRule[];
  /** Where a feed's file is, as it is to be written. */
  readonly pathOf: (filename: string) => string;
  /** `OutdatedBasesAlertPeriod`, in hours. */
  readonly outdatedAfterHours: number | undefined;
}

type FeedEntry = Record<string, unknown>;

/** The feeds (CyberTrace help, pages 198873 and 198874); the entries are in the order of the file. */
export function importFeeds(
  tree: ServiceTree,
  draft: ImportDraft,
  surroundings: FeedSurroundings,
): void {
  const elements = tree.feeds.flatMap((section) => childrenOf(section, 'Feed'));
  const own = tree.feeds.length > 1 ? childrenOf(tree.feeds[0], 'Feed') : elements;
  const entries = new Map<string, FeedEntry>();
  for (const element of elements) {
    const filename = filenameOf(element);
    const key = feedKey(filename);
    if (filename === '') {
      draft.reportWhole(element, {
        status: 'not supported',
        detail: 'it has no filename: left out',
      });
      continue;
    }
    if (entries.has(key)) {
      const isGeneral = !own.includes(element);
      const detail = isGeneral
        ? 'gives what the tenant leaves out'
        : 'a second one of this name: left out';
      draft.reportWhole(element, { status: isGeneral ? 'taken over' : 'not supported', detail });
      continue;
    }
    const general = elements.find((one) => !own.includes(one) && keyOf(one) === key);
    const at = entries.size;
    const feed = { element, general: general === element ? undefined : general, filename };
    entries.set(key, importFeed(feed, tree, draft, surroundings, at));
    draft.positions.set(`feeds[${at}]`, element.position);
  }
  draft.set(['feeds'], [...entries.values()], tree.feeds[0]);
  if (entries.size > 0) return;
  draft.report(tree.feeds[0] ?? tree.root, {
    status: 'not supported',
    detail: 'no feeds are named, so nothing is detected: add them, threat-forwarder feeds add',
  });
}

/** A feed, and in 5.x the general settings of it, which hold where the tenant says nothing. */
interface FoundFeed {
  readonly element: XmlElement;
  readonly general: XmlElement | undefined;
  readonly filename: string;
}

function filenameOf(element: XmlElement): string {
  return (attributeOf(element, 'filename') ?? attributeOf(element, 'name') ?? '').trim();
}

function keyOf(element: XmlElement): string {
  return feedKey(filenameOf(element));
}

function importFeed(
  { element, general, filename }: FoundFeed,
  tree: ServiceTree,
  draft: ImportDraft,
  { info, rules, pathOf, outdatedAfterHours }: FeedSurroundings,
  at: number,
): FeedEntry {
  draft.see(
    element,
    'filename',
    'name',
    'enabled',
    'vendor',
    'confidence',
    'outdated_alert_period',
  );
  draft.see(element, 'indicator_lifetime');
  const said: string[] = [];
  const entry: FeedEntry = { path: pathOf(filename) };
  const given = (name: string): XmlElement =>
    attributeOf(element, name) === undefined ? (general ?? element) : element;
  const confidence = numberIn(given('confidence'), 'confidence', 1, 100, draft);
  if (confidence !== undefined) entry['confidence'] = confidence;
  const period = 'outdated_alert_period';
  const hours = numberIn(given(period), period, 0, 87_600, draft) ?? outdatedAfterHours;
  if (hours !== undefined && hours > 0) entry['outdatedAfterHours'] = hours;
  const lifetime = lifetimeOf(given('indicator_lifetime'), tree, draft, said);
  if (lifetime !== undefined) entry['lifetime'] = lifetime;
  if (flagOf(given('enabled'), 'enabled') === false) entry['enabled'] = false;
  sayOfOthers(element, draft);
  const fields = [
    ...ownFields(element, rules, draft),
    ...(info?.feeds.get(feedKey(filename)) ?? []),
  ];
  if (fields.length > 0) {
    entry['categories'] = categoriesOf(fields, ({ name, category }, first) => {
      said.push(`${category} of ${name}: one kind of indicator has one event id here, ${first}`);
    });
    const named = fieldsOf(fields);
    if (named !== undefined) entry['fields'] = named;
  }
  const actionable = actionableFields(element, draft);
  if (actionable !== undefined) entry['actionableFields'] = actionable;
  const isChanged = said.some((one) => one.includes('one event id'));
  draft.report(element, {
    status: isChanged ? 'changed' : 'taken over',
    target: `feeds[${at}]`,
    detail: said.join('; '),
  });
  return entry;
}

/** Hours up to 3.x, minutes later; 0 = never (page 198874). */
function lifetimeOf(
  element: XmlElement,
  { era }: ServiceTree,
  draft: ImportDraft,
  said: string[],
): string | undefined {
  const isHours = era === '2.x' || era === '3.x';
  const given = numberIn(element, 'indicator_lifetime', 0, 8_000_000, draft);
  if (given === undefined) return undefined;
  if (given === 0) return 'never';
  said.push(`indicator_lifetime read as ${isHours ? 'hours' : 'minutes'}`);
  return formatDurationMs(given * (isHours ? 3_600_000 : 60_000));
}

function sayOfOthers(element: XmlElement, draft: ImportDraft): void {
  if (attributeOf(element, 'use_for_retroscan') !== undefined) {
    const detail = 'events are not kept for a later scan; threat-forwarder scan reads stored logs';
    draft.reportAttribute(element, 'use_for_retroscan', { status: 'not needed', detail });
  }
  draft.see(element, 'is_restapi');
  if (flagOf(element, 'is_restapi') !== true) return;
  const detail = 'no REST interface fills it: write its indicators to the file, which is watched';
  draft.reportAttribute(element, 'is_restapi', { status: 'not supported', detail });
}

/** `Feed > Field` of 2.x and 3.x (pages 171634 and 171635). */
function ownFields(
  element: XmlElement,
  rules: readonly ImportedRule[],
  draft: ImportDraft,
): readonly MatchedField[] {
  const fields = childrenOf(element, 'Field');
  const named = fields.map((field) => attributeOf(field, 'input_regexp_to_match') ?? '');
  return fields.flatMap((field): readonly MatchedField[] => {
    draft.see(field, 'name', 'matching_type', 'input_regexp_to_match', 'category');
    const name = attributeOf(field, 'name') ?? '';
    const matching = attributeOf(field, 'matching_type') ?? '';
    const given = attributeOf(field, 'category') ?? '';
    const rule = attributeOf(field, 'input_regexp_to_match') ?? '';
    const kind = fieldKindOf(rule, name, matching);
    const category = legalCategory(given);
    if (name === '' || kind === undefined || category === undefined) {
      const why = category === undefined ? `category "${given}"` : 'field';
      const detail = `the ${why} has no equal here: left out`;
      draft.report(field, { status: 'not supported', detail });
      return [];
    }
    const others = rules.filter(
      (one) => isComparedWith(one.kind, kind) && !named.includes(one.name),
    );
    const otherNames = [...new Set(others.map((one) => one.name))].join(', ');
    const said = [
      ...(category === given ? [] : [`the event id becomes ${category}: here they begin with KL_`]),
      ...(kind === 'url' && /^exact$/i.test(matching)
        ? ['URLs are compared in normal form, not letter by letter']
        : []),
      ...(rule === '' || otherNames === ''
        ? []
        : [`values of ${otherNames} are compared with it too, not only those of ${rule}`]),
    ];
    draft.report(field, {
      status: said.length > 0 ? 'changed' : 'taken over',
      detail: said.join('; '),
    });
    return [{ name, kind, category }];
  });
}

/** `ActionableFields > ActionableField` (page 171635): field, and its name in the output. */
function actionableFields(
  element: XmlElement,
  draft: ImportDraft,
): Readonly<Record<string, string>> | undefined {
  const found: Record<string, string> = {};
  for (const field of childrenOf(element, 'ActionableFields').flatMap(({ children }) => children)) {
    draft.see(field, 'name', 'output_name');
    const name = (attributeOf(field, 'name') ?? '').trim();
    const output = (attributeOf(field, 'output_name') ?? '').trim();
    if (name === '' || name === '__proto__' || output.length > 100 || Object.hasOwn(found, name)) {
      const detail = Object.hasOwn(found, name)
        ? 'a field has one output name here: left out'
        : 'it has no name, or one of more than 100 characters: left out';
      draft.report(field, { status: 'not supported', detail });
      continue;
    }
    found[name] = output === '' && name.includes('/') ? name.slice(0, 100) : output;
    draft.report(field, { status: 'taken over' });
  }
  return Object.keys(found).length === 0 ? undefined : found;
}
