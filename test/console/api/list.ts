import { type Answer, type Call, Refusal } from './answer.js';
import { selectFields } from './fields.js';
import { parseFilter } from './filter.js';

/** The query parameters of a list. */
export const listQuery: readonly string[] = ['filter', 'fields'];
export const sortedListQuery: readonly string[] = [...listQuery, 'sort'];

/** A list as it was asked for: `filter`, `sort`, then the page that Range names, then `fields`. */
export function listAnswer(items: readonly object[], call: Call): Answer {
  const { filter, fields, sort } = call.query;
  const kept = filter === undefined ? items : items.filter(parseFilter(filter));
  const sorted = sort === undefined ? kept : sortItems(kept, sort);
  const { page, headers } = pageOf(sorted, call.headers['range']);
  return { status: 200, body: selectFields(page, fields), headers };
}

/** The page that `Range: items=0-49` names, and its Content-Range. */
export function pageOf<T>(
  items: readonly T[],
  range: string | undefined,
): { readonly page: readonly T[]; readonly headers: Readonly<Record<string, string>> } {
  if (range === undefined) return { page: items, headers: {} };
  const [, first = '', last = ''] = /^items=(\d+)-(\d+)$/.exec(range) ?? [];
  if (first === '') {
    throw new Refusal(
      422,
      36,
      'Failed to parse Range header. The syntax of the Range header must follow this pattern: items=x-y',
    );
  }
  const from = Number(first);
  const to = Number(last);
  if (to < from) {
    throw new Refusal(
      422,
      36,
      'Range of pages specified in "Range" header is negative. Non-negative page range must be specified.',
    );
  }
  const page = items.slice(from, to + 1);
  const shown = page.length === 0 ? '*' : `${from}-${from + page.length - 1}`;
  return { page, headers: { 'content-range': `items ${shown}/${items.length}` } };
}

/** `+name` or `-name`, several with commas. */
function sortItems(items: readonly object[], sort: string): readonly object[] {
  const keys = sort.split(',').map((part) => {
    const found = /^\s*([+-])(\w+)\s*$/.exec(part);
    if (found?.[2] === undefined) throw new Refusal(422, 1005, `sort: cannot read "${part}"`);
    return { name: found[2], sign: found[1] === '-' ? -1 : 1 };
  });
  return items.toSorted((left, right) => {
    for (const { name, sign } of keys) {
      const difference = compare(fieldOf(left, name), fieldOf(right, name));
      if (difference !== 0) return difference * sign;
    }
    return 0;
  });
}

function fieldOf(item: object, name: string): unknown {
  if (!(name in item)) throw new Refusal(422, 1005, `sort: there is no field "${name}"`);
  return (item as Readonly<Record<string, unknown>>)[name];
}

function compare(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [a, b] = [String(left), String(right)];
  return a < b ? -1 : Number(a > b);
}
