import type { JsonOutline } from '../json/outline.js';

/**
 * `bundle`: an object with `objects`, of a bundle or of TAXII; `list`: a list of STIX objects;
 * `lines`: one object a line; `single`: one object over several lines.
 */
export type StixShape = 'bundle' | 'list' | 'lines' | 'single';

/** `indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f` */
const idSyntax = /^[a-z][a-z0-9-]*--[\da-f]{8}-[\da-f]{4}-/i;
const ownTypes: ReadonlySet<unknown> = new Set(['indicator', 'observed-data', 'identity']);

/** How a file is built that has this outline; undefined when it is none of STIX 2. */
export function stixShape(outline: JsonOutline): StixShape | undefined {
  const { lists, begun, values, isLineOfFields } = outline;
  if (lists.has('')) return isStixObject(outline, '*/') ? 'list' : undefined;
  if (values.get('type') === 'bundle') return 'bundle';
  if (isStixObject(outline, '')) return isLineOfFields ? 'lines' : 'single';
  if (!lists.has('objects')) return undefined;
  if (isStixObject(outline, 'objects/*/')) return 'bundle';
  return !begun.has('objects/*') && values.has('more') ? 'bundle' : undefined;
}

/** By its id, or by other marks where a long field stands before the id. */
function isStixObject({ values }: JsonOutline, prefix: string): boolean {
  const type = values.get(`${prefix}type`);
  const id = values.get(`${prefix}id`);
  if (typeof type !== 'string') return false;
  if (typeof id === 'string') return idSyntax.test(id);
  const version = values.get(`${prefix}spec_version`);
  if (typeof version === 'string' && version.startsWith('2.')) return true;
  return ownTypes.has(type) && (values.has(`${prefix}pattern`) || values.has(`${prefix}created`));
}
