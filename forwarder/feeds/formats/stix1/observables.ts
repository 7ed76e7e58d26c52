import type { FieldTree } from '../../../core/index.js';
import { excerpt } from '../../read-indicator.js';
import { isObject } from '../../record-context.js';
import type { KnownObservables } from './known.js';
import { objectFindings } from './objects.js';
import {
  childrenOf,
  isTrue,
  joined,
  noFindings,
  textAt,
  unsupported,
  type Findings,
} from '../xml/findings.js';

type PartFindings = (part: FieldTree) => Findings;

/** The ids under which an observable of a package can be referred to: its own and its object's. */
export function idsOf(observable: FieldTree): readonly string[] {
  const objects = childrenOf(observable, 'Object').filter(isObject);
  return [observable, ...objects].map((node) => textAt(node, 'id')).filter((id) => id !== '');
}

/**
 * What an observable looks for. OR of several gives what each gives. AND of several is unsupported:
 * no single value would tell that all of them are there. What is referred to must stand before it
 * in the file.
 */
export function observableFindings(observable: FieldTree, known: KnownObservables): Findings {
  const findings = partsOf(observable, known);
  const id = textAt(observable, 'id');
  if (id !== '') known.note(id, findings);
  return findings;
}

function partsOf(observable: FieldTree, known: KnownObservables): Findings {
  if (isTrue(observable, 'negate')) return unsupported('a negated observable');
  const idref = textAt(observable, 'idref');
  if (idref !== '') return referredFindings(idref, known);
  const inner: PartFindings = (part) => observableFindings(part, known);
  return joined([
    ...childrenOf(observable, 'Object')
      .filter(isObject)
      .map((object) => propertiesFindings(object, known)),
    ...childrenOf(observable, 'Observable_Composition')
      .filter(isObject)
      .map((composition) => compositionFindings(composition, 'Observable', inner)),
    ...childrenOf(observable, 'Event').map(() => unsupported('an event')),
  ]);
}

function propertiesFindings(object: FieldTree, known: KnownObservables): Findings {
  const idref = textAt(object, 'idref');
  if (idref !== '') return referredFindings(idref, known);
  const findings = joined(childrenOf(object, 'Properties').filter(isObject).map(objectFindings));
  const id = textAt(object, 'id');
  if (id !== '') known.note(id, findings);
  return findings;
}

function referredFindings(id: string, known: KnownObservables): Findings {
  return known.use(id) ?? unsupported(`a reference to ${excerpt(id)}, which is not before it`);
}

/** What is joined by the attribute `operator`; `name` is that of the joined elements. */
export function compositionFindings(
  composition: FieldTree,
  name: string,
  inner: PartFindings,
): Findings {
  // All are read, also for AND: what it refers to is no indicator by itself.
  const parts = childrenOf(composition, name).filter(isObject).map(inner);
  const operator = textAt(composition, 'operator');
  if (operator === 'OR' || (operator === 'AND' && parts.length === 1)) return joined(parts);
  if (parts.length === 0) return noFindings;
  if (operator === 'AND') return unsupported(`${parts.length} joined by AND`);
  return unsupported(`the operator ${excerpt(operator)}`);
}
