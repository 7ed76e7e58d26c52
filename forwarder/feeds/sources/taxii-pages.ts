import { createHash } from 'node:crypto';
import { shownAddress, type HttpClient } from '../../net/index.js';
import { isObject } from '../record-context.js';
import { askTaxii, endless, noTaxii, withParameters } from './taxii-client.js';

const mostPages = 100_000;

export interface TaxiiPage {
  /** The STIX objects of the page, each as one line of JSON. */
  readonly lines: readonly string[];
  readonly addedLast: string | undefined;
}

/**
 * The pages of a collection (TAXII 2.1, 3.5). While `more` is true the next one is asked for with
 * `next`, or, when the server gives none, with the time that the last object was added; all else of
 * the query stays. Throws FetchError when a page comes back that was there already.
 */
export async function* taxiiPages(
  client: HttpClient,
  objects: URL,
  clock: () => number,
): AsyncGenerator<TaxiiPage, void, undefined> {
  const seen = new Set<string>();
  let url = objects;
  for (let page = 1; page <= mostPages; page++) {
    const { content, addedLast } = await askTaxii(client, url, clock());
    const { more, next, objects: list = [] } = content;
    if (!Array.isArray(list) || 'api_roots' in content || 'collections' in content) {
      throw noTaxii(shownAddress(url));
    }
    const lines = list.filter(isObject).map((object) => JSON.stringify(object));
    yield { lines, addedLast };
    if (more !== true) return;
    const going = typeof next === 'string' || typeof next === 'number' ? String(next) : '';
    if (going === '' && addedLast === undefined) throw endless(url);
    // Some servers use one "next" for all pages, so it is the content that tells.
    const mark = lines.length > 0 ? digestOf(lines) : `${going}|${addedLast ?? ''}`;
    if (seen.has(mark)) throw endless(url);
    seen.add(mark);
    url = withParameters(objects, [
      going === '' ? ['added_after', addedLast ?? ''] : ['next', going],
    ]);
  }
  throw endless(url);
}

function digestOf(lines: readonly string[]): string {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(line);
  return hash.digest('base64');
}
