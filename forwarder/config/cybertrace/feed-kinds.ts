/** What an indicator of a feed is, in the words of `feeds[].fields`. */
export type FieldKind = 'url' | 'domain' | 'ip' | 'md5' | 'sha1' | 'sha256' | 'hash';

/** A field of a feed's records that is matched, and the event id of its detections. */
export interface MatchedField {
  /** Name, or path: `files/MD5`. */
  readonly name: string;
  readonly kind: FieldKind;
  readonly category: string;
}

/** The keys of `feeds[].categories` that a kind fills: domains count as URLs, ranges as addresses. */
const categoryKeys: Readonly<Record<FieldKind, readonly string[]>> = {
  url: ['url', 'domain'],
  domain: ['url', 'domain'],
  ip: ['ip', 'cidr'],
  md5: ['md5'],
  sha1: ['sha1'],
  sha256: ['sha256'],
  hash: ['md5', 'sha1', 'sha256'],
};
/** Fields in which indicators are looked for without being told. */
const usual = new Set(['mask', 'url', 'domain', 'ip', 'md5', 'sha1', 'sha256']);

/**
 * The kind of a field by the first text that tells one: its type, the rule it is compared with
 * (`RE_MD5`), its name, the way it is compared (`Url`, `Hash`).
 */
export function fieldKindOf(...texts: readonly string[]): FieldKind | undefined {
  for (const text of texts) {
    const word = text.toLowerCase();
    const hash = /sha-?256|sha-?1|md5/.exec(word)?.[0]?.replace('-', '');
    if (hash !== undefined) return hash as FieldKind;
    if (/url|mask/.test(word)) return 'url';
    if (/domain/.test(word)) return 'domain';
    if (/(?:^|[^a-z])ip|ip(?:$|[^a-z])/.test(word)) return 'ip';
    if (/hash/.test(word)) return 'hash';
  }
  return undefined;
}

/** Event ids by kind of indicator; of two for one kind the first counts, `second` hears of the others. */
export function categoriesOf(
  fields: readonly MatchedField[],
  second: (field: MatchedField, first: string) => void,
): Readonly<Record<string, string>> {
  const categories: Record<string, string> = {};
  for (const field of fields) {
    const keys = categoryKeys[field.kind];
    for (const key of keys) categories[key] ??= field.category;
    const other = keys.find((key) => categories[key] !== field.category);
    if (other !== undefined) second(field, categories[other] ?? '');
  }
  return categories;
}

/** What must be said in `feeds[].fields`: nothing where all fields are found by their names. */
export function fieldsOf(
  fields: readonly MatchedField[],
): Readonly<Record<string, FieldKind>> | undefined {
  if (fields.every(({ name }) => usual.has(name.toLowerCase()))) return undefined;
  return Object.fromEntries(fields.map(({ name, kind }) => [name, kind]));
}

/**
 * A category as it may be here: `KL_` and words of letters and digits joined by `_`. Undefined when
 * nothing of the kind can be made of it.
 */
export function legalCategory(category: string): string | undefined {
  const words = category
    .trim()
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const legal = words.startsWith('KL_') ? words : `KL_${words}`;
  const isFree = !/^KL_(?:ALERT|EVALUATION)(?:_|$)/.test(legal);
  return words !== '' && words !== 'KL' && isFree && legal.length <= 128 ? legal : undefined;
}
