import { readSource } from '../read-source.js';
import type { Source } from '../read-source.js';
import { fieldKindOf, legalCategory, type MatchedField } from './feed-kinds.js';
import type { ImportFault, ImportItem } from './report.js';

/** What kl_feed_info.conf says of feeds, by their names in lower case without `.json`. */
export interface FeedInfo {
  readonly feeds: ReadonlyMap<string, readonly MatchedField[]>;
  readonly items: readonly ImportItem[];
}

/** The name by which a feed's file and its entry in kl_feed_info.conf are the same. */
export function feedKey(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/\.json$/, '');
}

/**
 * Reads kl_feed_info.conf (JSON, CyberTrace help, page 216094): a list of feeds, alone or under a key,
 * each with `name` and `fields: [{ name, type, category }]`.
 */
export async function readFeedInfo(
  text: string,
  file: string,
): Promise<{ readonly info: FeedInfo } | { readonly fault: ImportFault }> {
  const source = await readSource(text);
  const [problem] = source.problems;
  if (problem !== undefined) {
    const { position, found } = problem;
    return { fault: { file, position, found, expected: 'JSON' } };
  }
  const list = listOf(source.value);
  if (list === undefined) {
    const position = { line: 1, column: 1 };
    const expected = 'a list of feeds with "name" and "fields"';
    return { fault: { file, position, found: 'no feed in it', expected } };
  }
  const feeds = new Map<string, readonly MatchedField[]>();
  const items: ImportItem[] = [];
  for (const { value, path } of list) {
    const name = textOf(value['name']);
    const reader = new FieldReader(source, file, name, items);
    const fields = Array.isArray(value['fields']) ? (value['fields'] as unknown[]) : [];
    feeds.set(
      feedKey(name),
      fields.flatMap((field, at) => reader.read(field, `${path}.fields[${at}]`)),
    );
  }
  return { info: { feeds, items } };
}

interface Entry {
  readonly value: Readonly<Record<string, unknown>>;
  readonly path: string;
}

/** The entries of the list of feeds, wherever it stands in the first two levels. */
function listOf(value: unknown, path = ''): readonly Entry[] | undefined {
  if (Array.isArray(value)) {
    const entries = value.flatMap((item: unknown, at): Entry[] =>
      isObject(item) && typeof item['name'] === 'string'
        ? [{ value: item, path: `${path}[${at}]` }]
        : [],
    );
    return entries.length > 0 ? entries : undefined;
  }
  if (!isObject(value) || path !== '') return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const entries = listOf(inner, key);
    if (entries !== undefined) return entries;
  }
  return undefined;
}

class FieldReader {
  readonly #source: Source;
  readonly #file: string;
  readonly #feed: string;
  readonly #items: ImportItem[];

  constructor(source: Source, file: string, feed: string, items: ImportItem[]) {
    this.#source = source;
    this.#file = file;
    this.#feed = feed;
    this.#items = items;
  }

  read(field: unknown, path: string): readonly MatchedField[] {
    const { line, column } = this.#source.valuePositions.get(path) ?? { line: 1, column: 1 };
    const name = isObject(field) ? textOf(field['name']) : '';
    const type = isObject(field) ? textOf(field['type']) : '';
    const given = isObject(field) ? textOf(field['category']) : '';
    const element = `feed "${this.#feed}" > field "${name}"`;
    const say = (status: ImportItem['status'], detail: string): void => {
      this.#items.push({ file: this.#file, line, column, element, status, detail });
    };
    const kind = fieldKindOf(type, name);
    const category = legalCategory(given);
    if (name === '' || kind === undefined || category === undefined) {
      const why = name === '' || kind === undefined ? `type "${type}"` : `category "${given}"`;
      say('not supported', `the ${why} has no equal here: left out`);
      return [];
    }
    if (category === given) say('taken over', '');
    else say('changed', `the event id becomes ${category}: here they begin with KL_`);
    return [{ name, kind, category }];
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
