import { type Call, numberOf, Refusal, type Route } from '../api/answer.js';
import { selectFields } from '../api/fields.js';
import { listAnswer, listQuery, sortedListQuery } from '../api/list.js';

export interface Reading {
  /** Default 1002. */
  readonly notFoundCode?: number;
  /** Whether the list takes `sort`; default: not. */
  readonly isSortable?: boolean;
}

/** GET of a list and of one of its elements by number. */
export function readRoutes(
  path: string,
  items: () => readonly (object & { readonly id: number })[],
  { notFoundCode = 1002, isSortable = false }: Reading = {},
): readonly Route[] {
  return [
    {
      method: 'GET',
      path,
      query: isSortable ? sortedListQuery : listQuery,
      handle: (call) => listAnswer(items(), call),
    },
    {
      method: 'GET',
      path: `${path}/{id}`,
      query: ['fields'],
      handle: (call) => ({
        status: 200,
        body: selectFields(itemOf(items(), call, notFoundCode), call.query['fields']),
      }),
    },
  ];
}

/** The element that the number in the path names, or 404. */
export function itemOf<T extends { readonly id: number }>(
  items: readonly T[],
  call: Call,
  notFoundCode = 1002,
): T {
  const id = numberOf(call);
  const item = items.find((one) => one.id === id);
  if (item === undefined) throw new Refusal(404, notFoundCode, `there is none with id ${id}`);
  return item;
}

/** The list with one element in place of that with the same id. */
export function replaced<T extends { readonly id: number }>(
  items: readonly T[],
  item: T,
): readonly T[] {
  return items.map((one) => (one.id === item.id ? item : one));
}

/** Fields that came, without those that did not. */
export function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
