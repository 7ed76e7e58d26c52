import type { FieldTree } from '../../core/index.js';

/** What a difference does: put a record in (in the place of an older one), or take it out. */
export type ChangeAction = 'put' | 'remove';

const words: ReadonlyMap<string, ChangeAction> = new Map([
  ...['add', 'added', 'new', 'update', 'updated', 'modify', 'modified', 'change', 'changed'].map(
    (word) => [word, 'put'] as const,
  ),
  ...['delete', 'deleted', 'remove', 'removed'].map((word) => [word, 'remove'] as const),
]);
const markerFields: readonly string[] = ['action', 'operation', 'status'];

/** The action of a word such as `added` or `DELETE`; undefined when it is none. */
export function actionOf(word: string): ChangeAction | undefined {
  return words.get(word.toLowerCase());
}

/**
 * The action that a record is marked with, and the record without its mark. One without a mark is
 * put in: a field `status` that says something else is a field like any other.
 */
export function markedAction(record: FieldTree): { action: ChangeAction; fields: FieldTree } {
  for (const name of Object.keys(record)) {
    if (!markerFields.includes(name.toLowerCase())) continue;
    const value = record[name];
    const action = typeof value === 'string' ? actionOf(value.trim()) : undefined;
    if (action === undefined) continue;
    const others = Object.entries(record).filter(([other]) => other !== name);
    return { action, fields: Object.fromEntries(others) };
  }
  return { action: 'put', fields: record };
}
