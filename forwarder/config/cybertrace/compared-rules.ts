import { fieldKindOf, type FieldKind } from './feed-kinds.js';
import type { ServiceTree } from './service-tree.js';
import { attributeOf, childrenOf } from './xml/element.js';

/** The kinds of rules whose values a field of that kind is compared with, the usual one first. */
const ruleKinds = {
  url: ['URL', 'DOMAIN'],
  domain: ['DOMAIN', 'URL'],
  ip: ['IP'],
  md5: ['MD5', 'HASH'],
  sha1: ['SHA1', 'HASH'],
  sha256: ['SHA256', 'HASH'],
  hash: ['HASH', 'MD5', 'SHA1', 'SHA256'],
} as const satisfies Readonly<Record<FieldKind, readonly string[]>>;

export type ComparedKind = (typeof ruleKinds)[FieldKind][number];

/**
 * What the feeds of 2.x and 3.x say of rules, by the names of the rules: `Field` names the one that it
 * is compared with (CyberTrace help, page 171634). Rules of these versions need no type of their own.
 *
 *     <Field name="mask" matching_type="Url" input_regexp_to_match="RE_URL" …/>    RE_URL → URL
 */
export function comparedRules({ feeds }: ServiceTree): ReadonlyMap<string, ComparedKind> {
  const kinds = new Map<string, ComparedKind>();
  const fields = feeds
    .flatMap((section) => childrenOf(section, 'Feed'))
    .flatMap((feed) => childrenOf(feed, 'Field'));
  for (const field of fields) {
    const rule = attributeOf(field, 'input_regexp_to_match') ?? '';
    const name = attributeOf(field, 'name') ?? '';
    const kind = fieldKindOf(rule, name, attributeOf(field, 'matching_type') ?? '');
    if (rule === '' || kind === undefined) continue;
    const [wanted] = ruleKinds[kind];
    const before = kinds.get(rule);
    // RE_HASH, compared with fields of MD5 and of SHA1.
    kinds.set(rule, before === undefined || before === wanted ? wanted : both(before, wanted));
  }
  return kinds;
}

function both(first: ComparedKind, second: ComparedKind): ComparedKind {
  const hashes: readonly string[] = ruleKinds.hash;
  return hashes.includes(first) && hashes.includes(second) ? 'HASH' : first;
}

/** Whether values of a rule of that kind are compared with a field. */
export function isComparedWith(ruleKind: string, field: FieldKind): boolean {
  const kinds: readonly string[] = ruleKinds[field];
  return kinds.includes(ruleKind);
}
