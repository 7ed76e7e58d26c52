import { excerpt } from '../../read-indicator.js';
import { isObject } from '../../record-context.js';
import type { FieldKind } from '../format.js';
import { comparisonFindings, type Comparison } from '../xml/condition.js';
import { joined, noFindings, textAt, unsupported, type Findings } from '../xml/findings.js';
import { textsOf } from '../xml/indicators.js';

/** The conditions of CybOX that an indicator can say; none stands for `Equals`. */
const comparisons: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['', 'equals'],
  ['Equals', 'equals'],
  ['StartsWith', 'starts'],
  ['EndsWith', 'ends'],
  ['Contains', 'contains'],
]);
const usualDelimiter = '##comma##';

/**
 * What a property of a CybOX object looks for: its text, or the texts of a list (`##comma##`, or
 * what its attribute `delimiter` says), compared as its attribute `condition` says. A list of which
 * each, not any, has to apply is not evaluated.
 */
export function propertyFindings(kind: FieldKind, property: unknown): Findings {
  if (Array.isArray(property)) {
    return joined(property.map((each) => propertyFindings(kind, each)));
  }
  const [text] = textsOf(property);
  if (text === undefined) return noFindings;
  if (!isObject(property)) return listFindings(kind, 'equals', text.split(usualDelimiter));
  const condition = textAt(property, 'condition');
  const comparison = comparisons.get(condition);
  if (comparison === undefined) return unsupported(`the condition ${excerpt(condition)}`);
  const texts = text.split(textAt(property, 'delimiter') || usualDelimiter);
  const applies = textAt(property, 'apply_condition').toUpperCase();
  if (applies === 'NONE' || (applies === 'ALL' && texts.length > 1)) {
    return unsupported(`a list of which ${applies} shall apply`);
  }
  return listFindings(kind, comparison, texts);
}

function listFindings(kind: FieldKind, comparison: Comparison, texts: readonly string[]): Findings {
  // CybOX 2.0 had lists with commas; of these values only URLs can have one in them.
  const values = kind === 'url' ? texts : texts.flatMap((text) => text.split(','));
  return joined(
    values
      .filter((value) => value.trim() !== '')
      .map((value) => comparisonFindings(kind, comparison, value)),
  );
}
