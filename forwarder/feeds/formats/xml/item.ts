import type { FieldTree } from '../../../core/index.js';
import type { XmlTreeLimits } from './tree.js';

/** What one record may be at most; what is larger is left out. */
export interface XmlLimits extends XmlTreeLimits {
  /** Characters of the file, tags included. */
  readonly maxCharacters: number;
}

/** One element that was asked for, or why it is left out. */
export type XmlItem =
  | { readonly ok: true; readonly path: XmlPath; readonly fields: FieldTree; readonly row: string }
  | {
      readonly ok: false;
      readonly path: XmlPath;
      readonly fault: 'limit' | 'encoding';
      readonly reason: string;
      readonly row: string;
    };

/** Local names of elements, from the document's own one inwards. */
export type XmlPath = readonly string[];
export type XmlAttributes = Readonly<Record<string, string>>;

export interface XmlParserOptions {
  /** The place that errors name. */
  readonly origin: string;
  readonly limits: XmlLimits;
  /** Whether the element that begins is a record; not asked within records. The path is only lent. */
  isRecord(path: XmlPath, attributes: XmlAttributes): boolean;
  /** Told of each element that ends outside of records; `isLeaf`: it has no elements in it. */
  onOutside?(path: XmlPath, isLeaf: boolean): void;
}
