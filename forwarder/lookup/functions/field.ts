import type { Zone } from '../lookup-object.js';

/** What a single value may be; anything else counts as no value. */
export type Taken = 'text' | 'number' | 'boolean' | 'text or number';

interface Named {
  readonly name: string;
  /** The right spelling, given beside `name` with the same value. */
  readonly alias?: string;
}

/** One value: the first of the keys that has one. The portal has renamed some keys. */
export interface ValueField extends Named {
  readonly shape: 'value';
  /** Where the object is: names of keys, joined by dots; '' for the reply itself. */
  readonly at: string;
  readonly keys: readonly string[];
  readonly takes: Taken;
}

/** A key of an object that holds a list. */
export interface ListField extends Named {
  readonly shape: 'list';
  readonly at: string;
  readonly key: string;
}

/** One key of each row of a list; of each row the first of the keys that has a value. */
export interface ColumnField extends Named {
  readonly shape: 'column';
  readonly at: string;
  readonly keys: readonly string[];
  readonly takes: 'text' | 'text or number';
  /** Rows of this zone only; of all when absent. */
  readonly zone?: Zone;
  /** A value that stands in several rows is given as often; once when absent. */
  readonly isKept?: boolean;
}

/** First and last of a range, joined by `-`: the first pair of which both are there. */
export interface RangeField extends Named {
  readonly shape: 'range';
  readonly at: string;
  readonly pairs: readonly (readonly [string, string])[];
}

/** The sum of a key over the rows of a list; the number itself where there is an object and no list. */
export interface SumField extends Named {
  readonly shape: 'sum';
  readonly at: string;
  readonly key: string;
}

/** People and offices: one field for each part of each role. */
export interface ContactsField {
  readonly shape: 'contacts';
  readonly at: string;
  /** The key that says what they are: `Role`, `ContactType`. */
  readonly roleKey: string;
  readonly parts: readonly string[];
}

/** How fields come out of a reply: a table of these is all there is to a function. */
export type Field = ValueField | ListField | ColumnField | RangeField | SumField | ContactsField;

/** `value('KLZone', '', 'Zone')`; several keys: the first that has a value. */
export function value(
  name: string,
  at: string,
  key: string | readonly string[],
  takes: Taken = 'text',
): ValueField {
  return { shape: 'value', name, at, keys: typeof key === 'string' ? [key] : key, takes };
}

/** `list('KLCategory', 'IpGeneralInfo', 'Categories')`. */
export function list(name: string, at: string, key: string): ListField {
  return { shape: 'list', name, at, key };
}

/** `column('KLHostedURL', 'HostedUrls', 'Url')`; several keys: of each row the first that has a value. */
export function column(
  name: string,
  at: string,
  key: string | readonly string[],
  more: Pick<ColumnField, 'alias' | 'zone' | 'isKept'> & {
    readonly takes?: ColumnField['takes'];
  } = {},
): ColumnField {
  const keys = typeof key === 'string' ? [key] : key;
  return { shape: 'column', name, at, keys, ...more, takes: more.takes ?? 'text' };
}
