import type {
  BooleanNode,
  ChoiceNode,
  ListNode,
  MapNode,
  MeasureNode,
  NumberNode,
  ObjectNode,
  OrFalseNode,
  ShorthandNode,
  AnythingNode,
  Presence,
  SchemaInfo,
  SchemaNode,
  TextNode,
} from './schema-node.js';

/**
 * A small schema builder. One declaration gives three things: the static type of the value
 * (`Static<typeof schema>`), the JSON Schema that ajv and editors use (json-schema.ts), and the
 * description, default and examples that the reference page prints. It is hand-made because deriving
 * types from JSON Schema by generics costs the compiler more than a minute for a tree of this size.
 *
 *     const http = object({ listen: withDefault('127.0.0.1:9990', text({ description: '…' })) }, …);
 *     type Http = Static<typeof http>;   // { readonly listen: string }
 */
declare const valueType: unique symbol;

interface Typed<Value, P extends Presence> {
  readonly [valueType]: Value;
  readonly presence: P;
}

export type Schema<Value, P extends Presence = 'required', Node = SchemaNode> = Node &
  Typed<Value, P>;

/** The type of the loaded value: defaults filled in, texts with units converted. */
export type Static<S> = S extends { readonly [valueType]: infer Value } ? Value : never;

type Properties = Readonly<Record<string, SchemaNode>>;
type OptionalKey<P> = {
  [K in keyof P]: P[K] extends { readonly presence: 'optional' } ? K : never;
}[keyof P];
type Flat<T> = { readonly [K in keyof T]: T[K] };
export type ObjectValue<P> = Flat<
  { readonly [K in Exclude<keyof P, OptionalKey<P>>]: Static<P[K]> } & {
    readonly [K in OptionalKey<P>]?: Static<P[K]>;
  }
>;

/** The value type exists for the compiler only; this is the one place that asserts it. */
function typed<Value, Node extends SchemaNode>(node: Node): Schema<Value, 'required', Node> {
  return node as unknown as Schema<Value, 'required', Node>;
}

const required = { presence: 'required' } as const;

export interface TextInfo extends SchemaInfo {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly isLegal?: (value: string) => boolean;
  readonly role?: TextNode['role'];
}

export function text(info: TextInfo): Schema<string, 'required', TextNode> {
  const limits = { minLength: 1, maxLength: 4096, role: 'plain' } as const;
  return typed({ kind: 'text', ...required, ...limits, ...info });
}

export interface RangeInfo extends SchemaInfo {
  readonly minimum: number;
  readonly maximum: number;
}

export function integer(info: RangeInfo): Schema<number, 'required', NumberNode> {
  return typed({ kind: 'integer', ...required, ...info });
}

export function boolean(info: SchemaInfo): Schema<boolean, 'required', BooleanNode> {
  return typed({ kind: 'boolean', ...required, ...info });
}

/** One of some words. With `allowsLowerCase`, `url` is taken for `URL`. */
export function choice<const Value extends string>(
  values: readonly Value[],
  info: SchemaInfo & { readonly allowsLowerCase?: boolean },
): Schema<Value, 'required', ChoiceNode> {
  return typed({ kind: 'choice', ...required, allowsLowerCase: false, ...info, values });
}

export function measure(
  info: RangeInfo & Pick<MeasureNode, 'textSchema' | 'parse' | 'format'>,
): Schema<number, 'required', MeasureNode> {
  return typed({ kind: 'measure', ...required, ...info });
}

export function list<S extends SchemaNode>(
  items: S,
  info: SchemaInfo & { readonly minItems?: number },
): Schema<readonly Static<S>[], 'required', ListNode> {
  return typed({ kind: 'list', ...required, minItems: 0, ...info, items });
}

export function map<S extends SchemaNode>(
  values: S,
  info: SchemaInfo,
): Schema<Readonly<Record<string, Static<S>>>, 'required', MapNode> {
  return typed({ kind: 'map', ...required, ...info, values });
}

export interface ObjectInfo extends SchemaInfo {
  readonly needs?: ObjectNode['needs'];
  readonly atLeastOneOf?: readonly string[];
  readonly atMostOneOf?: readonly string[];
}

const noRules = { needs: {}, atLeastOneOf: [], atMostOneOf: [] } as const;

export function object<P extends Properties>(
  properties: P,
  info: ObjectInfo,
): Schema<ObjectValue<P>, 'required', ObjectNode & { readonly properties: P }> {
  return typed({ kind: 'object', ...required, ...noRules, ...info, properties });
}

/** An object all of whose keys may be left out; left out itself, it gets their defaults. */
export function section<P extends Properties>(
  properties: P,
  info: ObjectInfo,
): Schema<ObjectValue<P>, 'default'> {
  return withDefault({}, object(properties, info));
}

export function orFalse<Value, Node extends ObjectNode>(
  whenOn: Schema<Value, Presence, Node>,
): Schema<Value | false, 'required', OrFalseNode> {
  return typed({ kind: 'or-false', ...required, description: whenOn.description, whenOn });
}

export function shorthand<Value>(
  key: string,
  full: Schema<Value, Presence, ObjectNode>,
  otherKey?: ShorthandNode['otherKey'],
): Schema<Value, 'required', ShorthandNode> {
  const main = full.properties[key];
  if (main?.kind !== 'text') throw new TypeError(`shorthand: "${key}" is no text`);
  const { description } = full;
  return typed({ kind: 'shorthand', ...required, description, key, otherKey, text: main, full });
}

export function anything(info: SchemaInfo): Schema<unknown, 'required', AnythingNode> {
  return typed({ kind: 'anything', ...required, ...info });
}

/** The same schema for a key that may be absent. */
export function optional<Value>(schema: Schema<Value>): Schema<Value, 'optional'> {
  return { ...schema, presence: 'optional' } as unknown as Schema<Value, 'optional'>;
}

/** The same schema for a key that gets this value when it is absent; in the file's form. */
export function withDefault<Value>(
  defaultValue: unknown,
  schema: Schema<Value>,
): Schema<Value, 'default'> {
  return { ...schema, presence: 'default', defaultValue } as unknown as Schema<Value, 'default'>;
}
