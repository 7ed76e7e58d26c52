import { ConsoleError } from './console-error.js';

/** Items of one page: what the REST API's own examples ask for twice over. */
export const pageSize = 100;

/** A list of a hundred thousand things is none of ours. */
const mostPages = 1000;

export interface Page<T> {
  readonly items: readonly T[];
  /** How many there are in all, when the answer says so. */
  readonly total?: number | undefined;
}

/** The header that asks for the items from `first` on. */
export function pageRange(first: number): Readonly<Record<string, string>> {
  return { range: `items=${first}-${first + pageSize - 1}` };
}

/** The total of a Content-Range: `items 0-99/243` → 243; undefined when it says none. */
export function totalOf(contentRange: string | undefined): number | undefined {
  const total = /\/(\d{1,12})\s*$/.exec(contentRange ?? '')?.[1];
  return total === undefined ? undefined : Number(total);
}

/**
 * Fetches page after page until the list is whole: until its total is reached, where there is one; else
 * until a page is not full. A server that does not know pages and gives all at once is understood.
 * Throws ConsoleError TF_CONSOLE for a list that does not end.
 */
export async function readPages<T>(
  fetchPage: (first: number) => Promise<Page<T>>,
  where: string,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let pages = 1; pages <= mostPages; pages++) {
    const { items, total } = await fetchPage(all.length);
    // Without a total, the same once more is a server that takes no notice of pages.
    if (total === undefined && pages > 1 && isEndOf(all, items)) return all;
    for (const item of items) all.push(item);
    const isLast = total === undefined ? items.length !== pageSize : all.length >= total;
    if (isLast || items.length === 0) return all;
  }
  throw new ConsoleError('TF_CONSOLE', `the list does not end after ${all.length} items`, {
    where,
    hint: 'check that nothing between here and the console changes the header Range',
  });
}

function isEndOf(all: readonly unknown[], items: readonly unknown[]): boolean {
  const end = all.slice(-items.length);
  return items.length > 0 && JSON.stringify(end) === JSON.stringify(items);
}
