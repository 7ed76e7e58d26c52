import type { ObjectNode, SchemaNode } from './schema-node.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema (draft 2020-12) of a node: what ajv checks and editors complete from. */
export function toJsonSchema(node: SchemaNode): JsonSchema {
  return { ...shapeOf(node), ...notesOf(node) };
}

function notesOf(node: SchemaNode): JsonSchema {
  return {
    description: node.unit === undefined ? node.description : `${node.description} (${node.unit})`,
    ...(node.presence === 'default' ? { default: node.defaultValue } : {}),
    ...(node.examples === undefined ? {} : { examples: node.examples }),
  };
}

function shapeOf(node: SchemaNode): JsonSchema {
  switch (node.kind) {
    case 'text':
      return {
        type: 'string',
        minLength: node.minLength,
        maxLength: node.maxLength,
        ...(node.pattern === undefined ? {} : { pattern: node.pattern }),
      };
    case 'integer':
      return { type: 'integer', minimum: node.minimum, maximum: node.maximum };
    case 'boolean':
      return { type: 'boolean' };
    case 'choice':
      return { enum: spellings(node.values, node.allowsLowerCase) };
    case 'measure':
      return {
        anyOf: [{ type: 'integer', minimum: node.minimum, maximum: node.maximum }, node.textSchema],
      };
    case 'list':
      return {
        type: 'array',
        items: toJsonSchema(node.items),
        ...(node.minItems === 0 ? {} : { minItems: node.minItems }),
      };
    case 'map':
      return { type: 'object', additionalProperties: toJsonSchema(node.values) };
    case 'object':
      return objectShape(node);
    case 'or-false':
      return { anyOf: [{ const: false }, toJsonSchema(node.whenOn)] };
    case 'shorthand':
      return { anyOf: [toJsonSchema(node.text), toJsonSchema(node.full)] };
    case 'anything':
      return {};
    default:
      return node satisfies never;
  }
}

function objectShape(node: ObjectNode): JsonSchema {
  const entries = Object.entries(node.properties);
  const required = entries.filter(([, { presence }]) => presence === 'required');
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([key, child]) => [key, toJsonSchema(child)])),
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required: required.map(([key]) => key) }),
    ...(Object.keys(node.needs).length === 0 ? {} : { dependentRequired: node.needs }),
    ...(node.atLeastOneOf.length === 0
      ? {}
      : { anyOf: node.atLeastOneOf.map((key) => ({ required: [key] })) }),
    ...(node.atMostOneOf.length === 0 ? {} : { allOf: eachPair(node.atMostOneOf) }),
  };
}

/** For each two of the keys: not both. */
function eachPair(keys: readonly string[]): readonly JsonSchema[] {
  return keys.flatMap((one, index) =>
    keys.slice(index + 1).map((other) => ({ not: { required: [one, other] } })),
  );
}

function spellings(values: readonly string[], allowsLowerCase: boolean): readonly string[] {
  return allowsLowerCase
    ? [...new Set([...values, ...values.map((value) => value.toLowerCase())])]
    : values;
}
