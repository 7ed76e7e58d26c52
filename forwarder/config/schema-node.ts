import type { Result } from '../core/index.js';

/** `required`: must be given. `optional`: may be absent. `default`: filled in when absent. */
export type Presence = 'required' | 'optional' | 'default';

export interface SchemaInfo {
  /** What the value means, one or two sentences. */
  readonly description: string;
  readonly examples?: readonly unknown[];
  /** What an error message says was expected; by default it follows from the kind. */
  readonly expected?: string;
  /** Unit of a number: `bytes`, `seconds`. */
  readonly unit?: string;
}

interface NodeBase extends SchemaInfo {
  readonly presence: Presence;
  /** In the form the file has it, before conversion. Only with presence `default`. */
  readonly defaultValue?: unknown;
}

export interface TextNode extends NodeBase {
  readonly kind: 'text';
  readonly minLength: number;
  readonly maxLength: number;
  readonly pattern?: string;
  /** Whether the value is allowed; for what a pattern cannot say. */
  readonly isLegal?: (value: string) => boolean;
  /**
   * `path`: a file or folder, made absolute from the configuration's folder. `glob`: files, left
   * relative to that folder, because its name must not be taken for a part of the pattern.
   */
  readonly role: 'plain' | 'path' | 'glob' | 'secret';
}

export interface NumberNode extends NodeBase {
  readonly kind: 'integer';
  readonly minimum: number;
  readonly maximum: number;
}

export interface BooleanNode extends NodeBase {
  readonly kind: 'boolean';
}

export interface ChoiceNode extends NodeBase {
  readonly kind: 'choice';
  readonly values: readonly string[];
  /** Whether the lower-case spelling of a value is taken for it. */
  readonly allowsLowerCase: boolean;
}

/** A number that may be written as text with a unit or as a name: `64MiB`, `7d`, `local0`. */
export interface MeasureNode extends NodeBase {
  readonly kind: 'measure';
  readonly minimum: number;
  readonly maximum: number;
  /** The texts it may be written as, for JSON Schema. */
  readonly textSchema: Readonly<Record<string, unknown>>;
  readonly parse: (text: string) => Result<number, string>;
  /** The shortest text that means the number, for people. */
  readonly format: (value: number) => string;
}

export interface ListNode extends NodeBase {
  readonly kind: 'list';
  readonly items: SchemaNode;
  readonly minItems: number;
}

export interface MapNode extends NodeBase {
  readonly kind: 'map';
  readonly values: SchemaNode;
}

export interface ObjectNode extends NodeBase {
  readonly kind: 'object';
  readonly properties: Readonly<Record<string, SchemaNode>>;
  /** One key needs the other: `{ cert: ['key'] }`. */
  readonly needs: Readonly<Record<string, readonly string[]>>;
  /** At least one of these keys is there; empty = no such rule. */
  readonly atLeastOneOf: readonly string[];
  /** At most one of these keys is there; empty = no such rule. */
  readonly atMostOneOf: readonly string[];
}

/** A part that can be switched off: an object, or `false`. */
export interface OrFalseNode extends NodeBase {
  readonly kind: 'or-false';
  readonly whenOn: ObjectNode;
}

/** An object that may be written as the text of its main key: `tcp://a:1` for `{ url: tcp://a:1 }`. */
export interface ShorthandNode extends NodeBase {
  readonly kind: 'shorthand';
  readonly key: string;
  /** The key that a text of another look stands for: `https://…` is the `url` of a feed. */
  readonly otherKey: { readonly key: string; readonly pattern: RegExp } | undefined;
  readonly text: TextNode;
  readonly full: ObjectNode;
}

/** Anything at all: for parts whose shape is not fixed yet. */
export interface AnythingNode extends NodeBase {
  readonly kind: 'anything';
}

export type SchemaNode =
  | TextNode
  | NumberNode
  | BooleanNode
  | ChoiceNode
  | MeasureNode
  | ListNode
  | MapNode
  | ObjectNode
  | OrFalseNode
  | ShorthandNode
  | AnythingNode;
