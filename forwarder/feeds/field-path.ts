import type { FieldTree } from '../core/index.js';
import { isObject, scalarText } from './record-context.js';

/**
 * The texts at a path of a record, in its order. A path is names joined by `/`; lists on the way are
 * entered: each of their elements counts. A field whose name is the whole path goes first, so that
 * names with a slash can be asked for. Numbers, `true` and `false` as text; objects, null and empty
 * texts are left out.
 *
 *     { files: [{ MD5: 'A' }, { MD5: 'B' }], geo: ['ru', 'ua'] }
 *     valuesAt(record, 'files/MD5') → ['A', 'B'];  valuesAt(record, 'geo') → ['ru', 'ua']
 */
export function valuesAt(record: FieldTree, path: string): readonly string[] {
  const values: string[] = [];
  collect(record, path, values);
  return values;
}

function collect(value: unknown, path: string, into: string[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, path, into);
    return;
  }
  if (path === '') {
    const text = scalarText(value) ?? '';
    if (text !== '') into.push(text);
    return;
  }
  if (!isObject(value)) return;
  // Own keys only: a path such as `constructor` must find nothing.
  if (Object.hasOwn(value, path)) {
    collect(value[path], '', into);
    return;
  }
  const slash = path.indexOf('/');
  if (slash <= 0) return;
  const name = path.slice(0, slash);
  if (Object.hasOwn(value, name)) collect(value[name], path.slice(slash + 1), into);
}
