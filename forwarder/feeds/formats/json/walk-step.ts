import type { JsonItem } from './list-items.js';

/**
 * What becomes of a value. `enter`: its members are asked about in turn; `items`: it is a list of
 * records, cut out one by one; `take`: its text is given, if it has at most so many bytes; `skip`:
 * it is passed over.
 */
export type Visit = 'enter' | 'items' | 'skip' | { readonly takeBytes: number };

/** Decides about the value at `path` by its first byte. */
export type Visitor = (path: string, first: number) => Visit;

/**
 * What was read. `path`: keys joined by `/`, '' for the document: `Event/Orgc`. An element of a list
 * that was entered stands as `*`, a `/` within a key as `~1`.
 */
export type WalkStep =
  | { readonly kind: 'begin'; readonly path: string; readonly isList: boolean }
  | { readonly kind: 'end' | 'too-large'; readonly path: string }
  | { readonly kind: 'value'; readonly path: string; readonly text: string }
  | { readonly kind: 'item'; readonly path: string; readonly item: JsonItem };

/** What may come next in the document. */
export type WalkPhase =
  | 'between'
  | 'value'
  | 'value-or-end'
  | 'items'
  | 'key'
  | 'key-or-end'
  | 'in-key'
  | 'colon'
  | 'in-string'
  | 'in-literal'
  | 'after';
