import type { ContextField } from '../../core/index.js';
import type { ValueWriter } from './value-writer.js';

/**
 * How a field of a nested object is named. `underscore`: `whois_country`; `dots`: `whois.country`;
 * `tracer`: `whois=country`, the parent only before its first child, as the program Tracer prints
 * `whois=domain=github.io|created=…`.
 */
export type Nested = 'underscore' | 'dots' | 'tracer';

/** `name`: bytewise by the name as it is written; `record`: as in the record. */
export type FieldOrder = 'name' | 'record';

/** A field's name as it is written, and its value as it stands in the record. */
export type NamedField = readonly [name: string, value: string];

/** Names and orders the fields of a record. */
export type FieldNamer = (fields: readonly ContextField[]) => readonly NamedField[];

const maxKnownNames = 4096;
const longestKnownName = 255;

/** The namer of a dialect. It remembers names: a feed has few of them. */
export function createFieldNamer(
  nested: Nested,
  order: FieldOrder,
  { name: write }: Pick<ValueWriter, 'name'>,
): FieldNamer {
  if (nested === 'tracer') {
    const nameOf = remembered(write);
    return (fields) => tracerNames(order === 'name' ? sorted(fields) : fields, nameOf);
  }
  const separator = nested === 'dots' ? '.' : '_';
  const nameOf = remembered((path) => write(path.replaceAll('/', separator)));
  return (fields) => {
    const named = fields.map(([path, value]) => [nameOf(path), value] as const);
    return order === 'name' ? sorted(named) : named;
  };
}

/** Works a name out once. A feed with endless names must not fill the memory. */
function remembered(write: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const written = known.get(text);
    if (written !== undefined) return written;
    const result = write(text);
    if (known.size >= maxKnownNames) known.clear();
    if (text.length <= longestKnownName) known.set(text, result);
    return result;
  };
}

const noParents: readonly string[] = [];

/** Children of one parent stand together in both orders, so a parent is named once. */
function tracerNames(
  fields: readonly ContextField[],
  write: (text: string) => string,
): readonly NamedField[] {
  let parents = noParents;
  return fields.map(([path, value]) => {
    if (!path.includes('/')) {
      parents = noParents;
      return [write(path), value] as const;
    }
    const names = path.split('/');
    let shared = 0;
    while (shared < names.length - 1 && names[shared] === parents[shared]) shared += 1;
    parents = names.slice(0, -1);
    return [names.slice(shared).map(write).join('='), value] as const;
  });
}

function sorted<Field extends NamedField>(fields: readonly Field[]): readonly Field[] {
  return [...fields].sort(([left], [right]) => compareBytewise(left, right));
}

/** The order of the texts' UTF-8 bytes, which is that of their code points. */
export function compareBytewise(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rank(left.charCodeAt(index)) - rank(right.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Halves of surrogate pairs stand for code points above all others. */
function rank(code: number): number {
  if (code < 0xd800) return code;
  return code < 0xe000 ? code + 0x2000 : code - 0x800;
}
