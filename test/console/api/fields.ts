import { Refusal } from './answer.js';

/** Names of the wanted fields; those with subfields hold a tree of their own. */
type Tree = ReadonlyMap<string, Tree | undefined>;

/** Leaves what `fields` names: `id,name,protocol_parameters(name,value)`. An unknown field is refused. */
export function selectFields(value: unknown, fields: string | undefined): unknown {
  if (fields === undefined) return value;
  const [tree, rest] = parseTree(fields);
  if (rest !== '') throw new Refusal(422, 1005, `fields: cannot read "${rest}"`);
  return pick(value, tree);
}

function parseTree(text: string): readonly [Tree, string] {
  const tree = new Map<string, Tree | undefined>();
  let rest = text;
  while (true) {
    const name = /^\s*([A-Za-z_]\w*)\s*/.exec(rest);
    if (name?.[1] === undefined)
      throw new Refusal(422, 1005, `fields: a name expected at "${rest}"`);
    rest = rest.slice(name[0].length);
    let below: Tree | undefined;
    if (rest.startsWith('(')) {
      [below, rest] = parseTree(rest.slice(1));
      if (!rest.startsWith(')')) throw new Refusal(422, 1005, 'fields: ")" expected');
      rest = rest.slice(1).trimStart();
    }
    tree.set(name[1], below);
    if (!rest.startsWith(',')) return [tree, rest];
    rest = rest.slice(1);
  }
}

function pick(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => pick(item, tree));
  if (value === null || typeof value !== 'object') return value;
  const chosen: Record<string, unknown> = {};
  for (const [name, below] of tree) {
    if (!(name in value)) throw new Refusal(422, 1005, `fields: there is no field "${name}"`);
    const own = (value as Readonly<Record<string, unknown>>)[name];
    chosen[name] = below === undefined ? own : pick(own, below);
  }
  return chosen;
}
