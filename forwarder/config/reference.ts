import { withKeys } from './config-path.js';
import type { SchemaNode } from './schema-node.js';

/** One key, as the reference page shows it. */
export interface ReferenceEntry {
  /** `delivery.collectors[].url` */
  readonly path: string;
  readonly node: SchemaNode;
  /** As it would stand in the file; '' when there is none, or for a section. */
  readonly defaultText: string;
  readonly exampleText: string;
}

/** The keys directly below a node; those of a list are the keys of its items (`feeds[].path`). */
export function entriesOf(node: SchemaNode, path = ''): readonly ReferenceEntry[] {
  const isList = node.kind === 'list';
  const holder = withKeys(isList ? node.items : node);
  if (holder.kind !== 'object') return [];
  const prefix = path === '' ? '' : `${path}${isList ? '[]' : ''}.`;
  return Object.entries(holder.properties).map(([key, child]) => ({
    path: `${prefix}${key}`,
    node: child,
    defaultText: defaultTextOf(child),
    exampleText: asText(child.examples?.[0]),
  }));
}

const textTypes = { plain: 'text', path: 'path', glob: 'path or glob', secret: 'secret' } as const;

/** The type of a node in a few words. */
export function describeType(node: SchemaNode): string {
  switch (node.kind) {
    case 'text':
      return textTypes[node.role];
    case 'integer':
      return `whole number ${node.minimum} to ${node.maximum}`;
    case 'boolean':
      return 'true, false';
    case 'choice':
      return node.values.join(', ');
    case 'measure':
      return `${node.format(node.minimum)} to ${node.format(node.maximum)}`;
    case 'list':
      return `list of ${describeItems(node.items)}`;
    case 'map':
      return 'mapping';
    case 'object':
      return 'section';
    case 'or-false':
      return 'section, or false';
    case 'shorthand':
      return `${node.key}, or section`;
    case 'anything':
      return 'anything';
    default:
      return node satisfies never;
  }
}

function describeItems(node: SchemaNode): string {
  switch (node.kind) {
    case 'object':
      return 'sections';
    case 'shorthand':
      return `sections, or texts (only ${node.key})`;
    default:
      return `${describeType(node)}s`;
  }
}

function defaultTextOf(node: SchemaNode): string {
  const isSection =
    node.kind === 'object' || (node.kind === 'or-false' && node.defaultValue !== false);
  return isSection ? '' : asText(node.defaultValue);
}

function asText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
