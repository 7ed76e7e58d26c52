import type { SchemaNode } from './schema-node.js';

/** A place in the configuration: keys and list indexes from the top. */
export type ConfigPath = readonly (string | number)[];

/** `['delivery', 'collectors', 0, 'url']` → `delivery.collectors[0].url`; the top is ''. */
export function formatPath(path: ConfigPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** The object part of a node that can hold keys; other nodes as they are. */
export function withKeys(node: SchemaNode): SchemaNode {
  switch (node.kind) {
    case 'or-false':
      return node.whenOn;
    case 'shorthand':
      return node.full;
    default:
      return node;
  }
}

/** The schema one step below a node; undefined where there is none. */
export function childOf(node: SchemaNode, step: string | number): SchemaNode | undefined {
  const holder = withKeys(node);
  switch (holder.kind) {
    case 'object':
      return Object.hasOwn(holder.properties, step) ? holder.properties[step] : undefined;
    case 'list':
      return typeof step === 'number' ? holder.items : undefined;
    case 'map':
      return typeof step === 'string' ? holder.values : undefined;
    default:
      return undefined;
  }
}

/** The schema of a place; undefined when the schema knows no such place. */
export function nodeAt(root: SchemaNode, path: ConfigPath): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  for (const step of path) node = node && childOf(node, step);
  return node;
}

/** The value at a place; undefined where there is none. */
export function valueAt(root: unknown, path: ConfigPath): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}
