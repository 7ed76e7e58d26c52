import { bad, ok, type ContextField, type FeedFault, type FieldTree } from '../../../core/index.js';
import { indicatorsByFields } from '../../field-indicators.js';
import { isObject } from '../../record-context.js';
import { evaluatePattern, parsePattern, type PatternIndicators } from '../../stix-pattern/index.js';
import { longestRow, type ReaderOptions } from '../format.js';
import { recordResults, type RecordResult } from '../json/record.js';

/** How much of a long text goes into the context; the record's fields have all of it. */
const longestText = 1000;
const shownFaults = 3;
const shownReferences = 5;

/**
 * What one STIX object gives: a record, a problem, or both. Only indicators are records; everything
 * else, observed data and observables alone included, says nothing about being bad and is told to
 * onPassed, as are indicators that are revoked.
 */
export function* readStixObject(
  record: number,
  object: FieldTree,
  options: ReaderOptions,
): Generator<RecordResult, void, undefined> {
  const { type } = object;
  const leaveOut = (fault: FeedFault, reason: string): RecordResult => {
    const row = JSON.stringify(object).slice(0, longestRow);
    return bad({ record, fault, reason: `left out: ${reason}`, row });
  };
  if (typeof type !== 'string') {
    yield leaveOut('syntax', 'an object without type');
  } else if (type === 'bundle' && Array.isArray(object['objects'])) {
    for (const inner of object['objects'] as readonly unknown[]) {
      if (isObject(inner)) yield* readStixObject(record, inner, options);
      else yield leaveOut('syntax', 'something else than an object in a bundle');
    }
  } else if (type !== 'indicator' || object['revoked'] === true) {
    options.onPassed?.('other');
  } else if (options.fields !== undefined) {
    const found = indicatorsByFields(object, options.fields);
    yield* recordResults(record, object, found, () => JSON.stringify(object), contextOf(object));
  } else {
    yield* readIndicator(record, object, leaveOut);
  }
}

function* readIndicator(
  record: number,
  object: FieldTree,
  leaveOut: (fault: FeedFault, reason: string) => RecordResult,
): Generator<RecordResult, void, undefined> {
  // STIX 2.0 knows one kind of pattern and does not name it.
  const { pattern, pattern_type: kind = 'stix' } = object;
  if (kind !== 'stix') {
    yield leaveOut('unsupported', `a pattern of type ${JSON.stringify(kind)} is not evaluated`);
    return;
  }
  if (typeof pattern !== 'string') {
    yield leaveOut('syntax', 'an indicator without pattern');
    return;
  }
  const tree = parsePattern(pattern);
  if (!tree.ok) {
    yield leaveOut('syntax', `no STIX pattern: ${tree.problem}`);
    return;
  }
  const { indicators, faults } = evaluatePattern(tree.value);
  const [first] = faults;
  if (indicators.length > 0) {
    yield ok({ indicators, context: contextOf(object), number: record, fields: object });
    if (first === undefined) return;
    const row = JSON.stringify(object).slice(0, longestRow);
    const reason = `its other parts are used: ${reasonsOf(faults)}`;
    yield bad({ record, fault: first.fault, reason, row });
  } else if (first === undefined) {
    yield leaveOut('no-indicator', 'no indicator in it');
  } else {
    yield leaveOut(first.fault, reasonsOf(faults));
  }
}

function reasonsOf(faults: PatternIndicators['faults']): string {
  const shown = faults.slice(0, shownFaults).map(({ reason }) => reason);
  const more = faults.length - shown.length;
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
}

function contextOf(object: FieldTree): readonly ContextField[] {
  const candidates: readonly (readonly [string, unknown])[] = [
    ['name', object['name']],
    ['description', object['description']],
    ['indicator_types', object['indicator_types']],
    ['labels', object['labels']],
    ['confidence', object['confidence']],
    ['kill_chain_phases', listOf(object['kill_chain_phases'], phaseOf)],
    ['pattern', object['pattern']],
    ['valid_from', object['valid_from']],
    ['valid_until', object['valid_until']],
    ['created', object['created']],
    ['modified', object['modified']],
    ['external_references', listOf(object['external_references'], referenceOf)],
    ['created_by_ref', object['created_by_ref']],
    ['id', object['id']],
  ];
  return candidates.flatMap(([name, value]): ContextField[] => {
    const text = textOf(value);
    return text === '' ? [] : [[name, text]];
  });
}

function textOf(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const text = Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string' && item !== '').join(', ')
    : value;
  if (typeof text !== 'string') return '';
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

function listOf(value: unknown, read: (item: FieldTree) => readonly unknown[]): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, shownReferences)
    .map((item: unknown) => (isObject(item) ? read(item) : []))
    .map((parts) => parts.filter((part) => typeof part === 'string' && part !== '').join(' '));
}

/** `lockheed-martin-cyber-kill-chain delivery`. */
function phaseOf(phase: FieldTree): readonly unknown[] {
  return [phase['kill_chain_name'], phase['phase_name']];
}

/** `mitre-attack T1566 https://…`. */
function referenceOf(reference: FieldTree): readonly unknown[] {
  return [reference['source_name'], reference['external_id'], reference['url']];
}
