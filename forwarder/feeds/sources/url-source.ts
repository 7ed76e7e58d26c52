import { open } from 'node:fs/promises';
import { FetchError, openHttpClient, saveBody, type HttpClient } from '../../net/index.js';
import { askedFeed } from './asked-feed.js';
import { isOfSameOwner, isUpdatesAddress, readUpdate } from './kaspersky-update.js';
import { fetchManifestFeed, isManifestAddress } from './manifest-feed.js';
import { fetched, unchanged } from './states.js';
import type { FeedSource, FetchOutcome, FetchRequest } from './source.js';

const longestValidator = 1000;

/**
 * A file by its address. Asked with the validators of the content that is there (RFC 9110, 13.1), so
 * that what has not changed is not sent again. Two kinds of address stand for more than a file: the
 * `manifest.json` of a MISP feed, and the list of updates of Kaspersky's download service.
 */
export const urlSource: FeedSource = {
  name: 'url',
  async fetch(request) {
    const { address, access, clock, signal } = request;
    const client = await openHttpClient(address, access, {
      what: askedFeed,
      clock,
      signal,
      isTrusted: (url) => isUpdatesAddress(address) && isOfSameOwner(url, new URL(address)),
    });
    try {
      if (isManifestAddress(address)) return await fetchManifestFeed(request, client);
      if (isUpdatesAddress(address)) return await fetchUpdate(request, client);
      return await fetchFile(request, client);
    } finally {
      await client.close();
    }
  },
};

async function fetchFile(request: FetchRequest, client: HttpClient): Promise<FetchOutcome> {
  const { address, previous, target, onProgress } = request;
  const { etag, lastModified } = previous ?? {};
  const isConditional = etag !== undefined || lastModified !== undefined;
  return client.ask(
    {
      url: address,
      headers: {
        accept: '*/*',
        ...(etag === undefined ? {} : { 'if-none-match': etag }),
        ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
      },
      accepts: isConditional ? [304] : [],
    },
    async (answer) => {
      if (answer.status === 304 && previous !== undefined) return unchanged(request, previous);
      const bytes = await saveBody(answer, target, onProgress);
      await refuseWebPage(target, answer.address);
      const validator = (name: string): string | undefined => {
        const value = answer.header(name);
        return value !== undefined && value.length <= longestValidator ? value : undefined;
      };
      return fetched(request, bytes, {
        etag: validator('etag'),
        lastModified: validator('last-modified'),
      });
    },
  );
}

/** The newest package of a list of updates; its version tells whether it is known already. */
async function fetchUpdate(request: FetchRequest, client: HttpClient): Promise<FetchOutcome> {
  const { address, previous, target, onProgress } = request;
  const update = await client.ask(
    { url: address, headers: { accept: 'application/json' } },
    readUpdate,
  );
  if (previous?.cursor !== undefined && previous.cursor === update.version) {
    return unchanged(request, previous);
  }
  const bytes = await client.ask({ url: update.link }, (answer) =>
    saveBody(answer, target, onProgress),
  );
  return fetched(request, bytes, { cursor: update.version });
}

/** A page that asks to log in, or says that something is wrong, comes as 200 too. */
async function refuseWebPage(path: string, where: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    const start = Buffer.alloc(512);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    if (!/^\W*<(?:!doctype\s+html|html)\b/i.test(start.toString('latin1', 0, bytesRead))) return;
  } finally {
    await file.close();
  }
  throw new FetchError('TF_FEED', 'the server answers with a web page, not with a feed', {
    where,
    hint: 'set the address of the file itself; a proxy or a log-in may stand before it',
  });
}
