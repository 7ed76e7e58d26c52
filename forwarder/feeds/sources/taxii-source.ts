import { openHttpClient, shownAddress, type HttpClient } from '../../net/index.js';
import { askedFeed } from './asked-feed.js';
import { openLineFile } from './line-file.js';
import type { FeedSource, FetchOutcome, FetchRequest, FetchState } from './source.js';
import { fetched, unchanged } from './states.js';
import { askTaxii, withParameters } from './taxii-client.js';
import { notACollection } from './taxii-discovery.js';
import { taxiiPages } from './taxii-pages.js';
import { taxiiQuery } from './taxii-query.js';

/** A server does not tell what was deleted, so all is fetched once in this time. */
const completeEveryMs = 24 * 60 * 60_000;

/** Where a collection was when it was fetched. */
interface Cursor {
  /** When its last object was added, as the server says. */
  readonly added: string;
  readonly completeAtMs: number;
}

/**
 * A collection of a TAXII 2.1 server (OASIS Standard, 10 June 2021), by its address or that of its
 * objects. The file gets one STIX object a line. All of it is fetched when anything was added since,
 * and once a day.
 */
export const taxiiSource: FeedSource = {
  name: 'taxii',
  async fetch(request) {
    const { address, access, clock, signal, query } = request;
    const client = await openHttpClient(address, access, { what: askedFeed, clock, signal });
    try {
      const objects = objectsAddress(address);
      if (objects === undefined) throw await notACollection(client, address, clock);
      const given = objects.searchParams;
      const parameters = taxiiQuery(query, shownAddress(address), clock(), given);
      return await fetchObjects(request, client, withParameters(objects, parameters));
    } finally {
      await client.close();
    }
  },
};

async function fetchObjects(
  request: FetchRequest,
  client: HttpClient,
  objects: URL,
): Promise<FetchOutcome> {
  const { access, address, clock, previous, target, onProgress } = request;
  if (previous !== undefined && (await isSame(client, objects, previous, clock))) {
    return unchanged(request, previous);
  }
  const completeAtMs = clock();
  const file = await openLineFile(target, access.maxBytes, shownAddress(address));
  try {
    let added: string | undefined;
    for await (const page of taxiiPages(client, objects, clock)) {
      await file.write(page.lines);
      added = page.addedLast ?? added;
      onProgress?.(file.bytes, undefined);
    }
    const cursor = added === undefined ? undefined : JSON.stringify({ added, completeAtMs });
    return fetched(request, file.bytes, { cursor });
  } finally {
    await file.close();
  }
}

/** Whether nothing was added to the collection since it was fetched. */
async function isSame(
  client: HttpClient,
  objects: URL,
  { cursor }: FetchState,
  clock: () => number,
): Promise<boolean> {
  const known = cursorOf(cursor);
  if (known === undefined || clock() - known.completeAtMs >= completeEveryMs) return false;
  const url = withParameters(objects, [
    ['added_after', known.added],
    ['limit', '1'],
  ]);
  const { content } = await askTaxii(client, url, clock());
  const { objects: list = [], more } = content;
  return Array.isArray(list) && list.length === 0 && more !== true;
}

function cursorOf(text: string | undefined): Cursor | undefined {
  try {
    const { added, completeAtMs } = JSON.parse(text ?? '') as Partial<Cursor>;
    if (typeof added !== 'string' || typeof completeAtMs !== 'number') return undefined;
    return { added, completeAtMs };
  } catch {
    return undefined;
  }
}

/** `…/collections/ID/objects/` of the address of a collection; undefined for other addresses. */
function objectsAddress(address: string): URL | undefined {
  const url = new URL(address);
  const path = /^(.*\/collections\/[^/]+)(?:\/objects)?\/*$/.exec(url.pathname)?.[1];
  if (path === undefined) return undefined;
  url.pathname = `${path}/objects/`;
  return url;
}
