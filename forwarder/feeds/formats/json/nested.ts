import type { FieldTree } from '../../../core/index.js';
import { isObject } from '../../record-context.js';
import { usualField, usualIndicators } from '../usual-fields.js';

/** Lists that are of indicators, whatever stands beside them: a report, a pulse, a campaign. */
const indicatorLists: ReadonlySet<string> = new Set(['indicators', 'iocs', 'observables']);
/** Lists that an answer has beside its own address. */
const pageLists: ReadonlySet<string> = new Set(['data', 'results', 'items', 'entries']);
const urlRank = usualField('url')?.rank;
const hashRank = usualField('md5')?.rank;

/**
 * The objects in an object's own list of indicators; undefined where the object is a record itself.
 * The `url` of a report or of a page of answers is where it stands, and must not be detected:
 *
 *     {"name": "C2", "url": "https://vendor.example/report", "indicators": [{"value": "bad.example"}]}
 *     → {"value": "bad.example", "name": "C2"}
 *
 * What the object says in texts and numbers goes with each, unless it has the name of an indicator.
 */
export function nestedRecords(tree: FieldTree): readonly FieldTree[] | undefined {
  const names = Object.keys(tree);
  const ranks = names.flatMap((name) => usualField(name)?.rank ?? []);
  if (ranks.includes(0)) return undefined;
  const lists = names.flatMap((name) => {
    const list: unknown = tree[name];
    return Array.isArray(list) && isObject(list[0]) ? [{ name: name.toLowerCase(), list }] : [];
  });
  const isOfPage = ranks.includes(urlRank ?? -1) && !ranks.includes(hashRank ?? -1);
  const wanted = lists.filter(
    ({ name, list }) =>
      indicatorLists.has(name) ||
      (isOfPage &&
        pageLists.has(name) &&
        usualIndicators(list[0] as FieldTree).indicators.length > 0),
  );
  if (wanted.length === 0) return undefined;
  const shared = names.filter(
    (name) => usualField(name) === undefined && !Array.isArray(tree[name]) && !isObject(tree[name]),
  );
  return wanted.flatMap(({ list }) =>
    list.filter(isObject).map((item): FieldTree => {
      const outer = shared.filter((name) => !Object.hasOwn(item, name));
      return { ...item, ...Object.fromEntries(outer.map((name) => [name, tree[name]])) };
    }),
  );
}
