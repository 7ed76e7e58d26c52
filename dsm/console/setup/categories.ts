import type { LowLevelCategory } from '../../events/low-level-categories.js';
import { paths } from './resources.js';
import type { Workspace } from './survey.js';

/** Ids and names of the low-level categories of the console. */
export interface Categories {
  idOf(category: LowLevelCategory): number;
  nameOf(id: number): string;
}

/**
 * The console's categories by name, since ids may differ between releases. A name it does not have falls
 * back to the usual id, and is noted. Throws ConsoleError.
 */
export async function readCategories({ client, desired, notes }: Workspace): Promise<Categories> {
  const list = await client.list<LowLevelCategory>(paths.categories, { fields: 'id,name' });
  const ids = new Map(list.map(({ id, name }) => [name.toLowerCase(), id]));
  const names = new Map(list.map(({ id, name }) => [id, name]));
  for (const { category } of desired.events) {
    if (ids.has(category.name.toLowerCase())) continue;
    const instead = names.get(category.id);
    notes.add(
      `JSA has no low-level category "${category.name}": the usual id ${category.id} is taken` +
        (instead === undefined ? '.' : `, which is "${instead}" there.`),
    );
  }
  return {
    idOf: ({ id, name }) => ids.get(name.toLowerCase()) ?? id,
    nameOf: (id) => names.get(id) ?? String(id),
  };
}
