import type { FeedFault, FieldTree, Indicator } from '../../../core/index.js';
import { isObject } from '../../record-context.js';
import { textsOf } from './indicators.js';
import type { ReadRecord } from './results.js';

/** What is wrong with a part of a record. */
export interface FindingFault {
  readonly kind: FeedFault;
  /** A part of a sentence: `"x y" is no host name`. */
  readonly text: string;
}

/** What a part of a record that has alternatives in it gives. */
export interface Findings {
  /** Each by itself tells what the record is about. */
  readonly indicators: readonly Indicator[];
  readonly faults: readonly FindingFault[];
}

export const noFindings: Findings = { indicators: [], faults: [] };

export function unsupported(text: string): Findings {
  return { indicators: [], faults: [{ kind: 'unsupported', text }] };
}

/** Alternatives as one: distinct indicators in order, distinct faults. */
export function joined(parts: readonly Findings[]): Findings {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const indicators = new Map<string, Indicator>();
  const faults = new Map<string, FindingFault>();
  for (const part of parts) {
    for (const one of part.indicators) indicators.set(`${one.kind} ${one.value}`, one);
    for (const one of part.faults) faults.set(one.text, one);
  }
  return { indicators: [...indicators.values()], faults: [...faults.values()] };
}

/** The findings as a record has them. */
export function asRead(findings: Findings): Pick<ReadRecord, 'found' | 'fault'> {
  const { indicators, faults } = findings;
  const found = { indicators, faults: faults.map(({ text }) => text) };
  return { found, fault: faults[0]?.kind ?? 'no-indicator' };
}

/** The elements (or attributes) of a name, each a text or a tree. */
export function childrenOf(fields: FieldTree, name: string): readonly unknown[] {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** The texts at a path, in the file's order; of elements that have attributes their own text. */
export function textsAt(fields: FieldTree, path: string): readonly string[] {
  const texts: string[] = [];
  collect(fields, path, texts);
  return texts;
}

function collect(fields: FieldTree, path: string, into: string[]): void {
  const slash = path.indexOf('/');
  const name = slash < 0 ? path : path.slice(0, slash);
  if (!Object.hasOwn(fields, name)) return;
  if (slash < 0) {
    for (const text of textsOf(fields[name])) into.push(text);
    return;
  }
  const rest = path.slice(slash + 1);
  for (const node of childrenOf(fields, name)) if (isObject(node)) collect(node, rest, into);
}

/** The first text at a path; '' when there is none. */
export function textAt(fields: FieldTree, path: string): string {
  return textsAt(fields, path)[0] ?? '';
}

/** Whether an attribute of the schema type boolean says yes. */
export function isTrue(fields: FieldTree, attribute: string): boolean {
  return /^(?:true|1)$/i.test(textAt(fields, attribute).trim());
}
