import { FetchError, shownAddress, type HttpClient } from '../../net/index.js';
import { isObject } from '../record-context.js';
import { askTaxii } from './taxii-client.js';

const mostRoots = 10;
const mostListed = 20;

/**
 * What to say about an address that is of a server or an API root, not of a collection: which
 * collections there are (TAXII 2.1, 4.1, 4.2 and 5.1).
 */
export async function notACollection(
  client: HttpClient,
  address: string,
  clock: () => number,
): Promise<FetchError> {
  const found = await collectionsAt(client, new URL(address), clock);
  const list = found.slice(0, mostListed).join(', ');
  const rest = found.length > mostListed ? ` and ${found.length - mostListed} more` : '';
  return new FetchError('TF_FEED', 'the address is not of a TAXII collection', {
    where: shownAddress(address),
    hint:
      found.length === 0
        ? 'set taxii to the address of a collection: …/collections/ID/; none that may be read was found here'
        : `set taxii to one of these: ${list}${rest}`,
  });
}

async function collectionsAt(
  client: HttpClient,
  url: URL,
  clock: () => number,
): Promise<readonly string[]> {
  const { content } = await askTaxii(client, url, clock());
  if (Array.isArray(content['collections'])) return readable(content['collections'], url);
  const roots = content['api_roots'];
  if (!Array.isArray(roots)) return collectionsOfRoot(client, url, clock);
  const found: string[] = [];
  for (const root of roots.slice(0, mostRoots)) {
    if (typeof root !== 'string' || !URL.canParse(root, url.href)) continue;
    // One that is closed to who asks does not hide the others.
    found.push(
      ...(await collectionsOfRoot(client, new URL(root, url), clock).catch((error: unknown) => {
        if (error instanceof FetchError) return [];
        throw error;
      })),
    );
  }
  return found;
}

async function collectionsOfRoot(
  client: HttpClient,
  root: URL,
  clock: () => number,
): Promise<readonly string[]> {
  const url = new URL(root);
  url.pathname = `${root.pathname.replace(/\/+$/, '')}/collections/`;
  const { content } = await askTaxii(client, url, clock());
  return Array.isArray(content['collections']) ? readable(content['collections'], url) : [];
}

/** Addresses of the collections that may be read, with their titles. */
function readable(collections: readonly unknown[], list: URL): readonly string[] {
  const base = new URL(list);
  base.pathname = `${list.pathname.replace(/\/+$/, '')}/`;
  return collections.flatMap((collection) => {
    if (!isObject(collection)) return [];
    const { id, title, can_read } = collection;
    if (typeof id !== 'string' || !/^[\w.-]{1,100}$/.test(id) || can_read === false) return [];
    const name =
      typeof title === 'string' ? ` (${title.replace(/[^\w .,-]/g, '').slice(0, 60)})` : '';
    return [`${shownAddress(new URL(`${id}/`, base))}${name}`];
  });
}
