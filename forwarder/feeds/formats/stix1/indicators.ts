import type { FieldTree } from '../../../core/index.js';
import { isObject } from '../../record-context.js';
import type { KnownObservables } from './known.js';
import { compositionFindings, observableFindings } from './observables.js';
import {
  childrenOf,
  isTrue,
  joined,
  noFindings,
  textAt,
  unsupported,
  type Findings,
} from '../xml/findings.js';

/**
 * What a STIX indicator looks for: its observables, and the indicators that it is composed of by OR.
 * Of one that is composed by AND, see compositionFindings. Indicators that it only refers to stand in
 * the file by themselves, and count there. Rules for other tools (Snort, YARA) are unsupported.
 */
export function indicatorFindings(indicator: FieldTree, known: KnownObservables): Findings {
  if (isTrue(indicator, 'negate')) return unsupported('a negated indicator');
  const found = joined([
    ...childrenOf(indicator, 'Observable')
      .filter(isObject)
      .map((observable) => observableFindings(observable, known)),
    ...childrenOf(indicator, 'Composite_Indicator_Expression')
      .filter(isObject)
      .map((composite) =>
        compositionFindings(composite, 'Indicator', (part) => indicatorFindings(part, known)),
      ),
  ]);
  if (found.indicators.length > 0 || found.faults.length > 0) return found;
  if (childrenOf(indicator, 'Test_Mechanisms').length === 0) return noFindings;
  return unsupported('nothing but test mechanisms, which are rules for other tools');
}

/** Whether an indicator without findings is none of its own: it only refers to others. */
export function isReference(indicator: FieldTree): boolean {
  if (textAt(indicator, 'idref') !== '') return true;
  const parts = childrenOf(indicator, 'Composite_Indicator_Expression')
    .filter(isObject)
    .flatMap((composite) => childrenOf(composite, 'Indicator'))
    .filter(isObject);
  return parts.length > 0 && parts.every(isReference);
}
