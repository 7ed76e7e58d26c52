import type { ContextField, FieldTree, Indicator } from '../../../core/index.js';
import { indicatorsByFields, readAs } from '../../field-indicators.js';
import { excerpt } from '../../read-indicator.js';
import { contextOf, isObject } from '../../record-context.js';
import type { RecordIndicators } from '../../record-indicators.js';
import type { FieldKind, FieldRule } from '../format.js';
import { textField } from './tree.js';

const usualKinds: ReadonlyMap<string, FieldKind> = new Map<string, FieldKind>([
  ['mask', 'url'],
  ['url', 'url'],
  ['ip', 'ip'],
  ['domain', 'domain'],
  ['host', 'domain'],
  ['md5', 'md5'],
  ['sha1', 'sha1'],
  ['sha256', 'sha256'],
]);

function usualKind(name: string): FieldKind | undefined {
  return name.length > 6 ? undefined : usualKinds.get(name.toLowerCase());
}

/** Whether a record is known by such a field: a usual name, or where a configured path begins. */
export function indicatorNames(rules: readonly FieldRule[] | undefined): (name: string) => boolean {
  if (rules === undefined) return (name) => usualKind(name) !== undefined;
  const names = new Set(rules.map(({ path }) => path.replace(/\/.*$/s, '')));
  return (name) => names.has(name);
}

/**
 * The indicators of a record: by the configured fields, else in the fields `mask`, `url`, `ip`,
 * `domain`, `host`, `md5`, `sha1`, `sha256` (any letter case) of its first level. A field that has
 * attributes counts with its text.
 */
export function xmlIndicators(
  fields: FieldTree,
  rules: readonly FieldRule[] | undefined,
): RecordIndicators {
  if (rules !== undefined) {
    const all = rules.flatMap((rule) => [rule, { ...rule, path: `${rule.path}/${textField}` }]);
    return indicatorsByFields(fields, all);
  }
  const indicators = new Map<string, Indicator>();
  const faults: string[] = [];
  for (const name of Object.keys(fields)) {
    const kind = usualKind(name);
    if (kind === undefined) continue;
    for (const text of textsOf(fields[name])) {
      const reading = readAs(kind, text);
      if (reading.ok) indicators.set(`${reading.value.kind} ${reading.value.value}`, reading.value);
      else faults.push(`${name} ${excerpt(text)} ${reading.problem}`);
    }
  }
  return { indicators: [...indicators.values()], faults };
}

/** The texts of a field: of an element with attributes its own text; empty ones left out. */
export function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  const text = isObject(value) ? value[textField] : value;
  return typeof text === 'string' && text !== '' ? [text] : [];
}

/** All values of a record by path, joined with `/`; the text of an element stands under its own name. */
export function xmlContext(fields: FieldTree): readonly ContextField[] {
  return contextOf(fields).map(([name, value]) => [name.replace(/\/#text$/, ''), value]);
}
