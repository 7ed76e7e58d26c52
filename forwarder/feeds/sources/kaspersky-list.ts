import type { Clock } from '../../core/index.js';
import { FetchError, openHttpClient, readJson, type Access } from '../../net/index.js';
import { askedFeed } from './asked-feed.js';
import { isObject } from '../record-context.js';

/** Kaspersky's download service for Threat Data Feeds. */
export const kasperskyService = 'https://wlinfo.kaspersky.com';

const longestList = 4 * 2 ** 20;

/** A feed that the certificate allows. */
export interface AvailableFeed {
  /** As a feed may be named here: `Botnet_CnC_URL_Data_Feed`. */
  readonly name: string;
  /** As the service names it, fit to print: `Botnet_C&C_URL_Data_Feed`. */
  readonly title: string;
  /** What to write as the feed's `url`. */
  readonly url: string;
}

/**
 * The feeds that the certificate of an access allows, as the service lists them:
 * `GET /api/v1.0/feeds` answers `[{"name":…,"updates":{"href":…}}]` (as the Threat Feed App for
 * Splunk asks it; there is no published description). Throws FetchError, and ServiceError TF_CONFIG
 * for a certificate that cannot be used.
 */
export async function listAvailableFeeds(
  access: Access,
  { baseUrl = kasperskyService, clock, signal }: ListOptions,
): Promise<readonly AvailableFeed[]> {
  const url = new URL('/api/v1.0/feeds', baseUrl).href;
  const client = await openHttpClient(url, access, { what: askedFeed, clock, signal });
  try {
    return await client.ask({ url, headers: { accept: 'application/json' } }, async (answer) => {
      const content = await readJson(answer, longestList);
      if (!Array.isArray(content)) {
        throw new FetchError('TF_FEED', 'the answer is no list of feeds', {
          where: answer.address,
          hint: 'check the address of the download service',
        });
      }
      return content.flatMap((item) => availableFeed(item, answer.url));
    });
  } finally {
    await client.close();
  }
}

export interface ListOptions {
  readonly baseUrl?: string | undefined;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * An entry without name or updates is one that cannot be fetched. One that leads out of
 * TLS is none either: what comes from there may be anybody's.
 */
function availableFeed(item: unknown, from: URL): readonly AvailableFeed[] {
  const { name, updates } = isObject(item) ? item : {};
  const href = isObject(updates) ? updates['href'] : undefined;
  if (typeof name !== 'string' || typeof href !== 'string' || !URL.canParse(href, from.href)) {
    return [];
  }
  const url = new URL(href, from.href);
  if (from.protocol === 'https:' && url.protocol !== 'https:') return [];
  const title = name.replace(/[^\x20-\x7e]/g, '').slice(0, 100);
  const legal = title.replaceAll('C&C', 'CnC').replace(/[^A-Za-z0-9_-]+/g, '_');
  return /[A-Za-z0-9]/.test(legal) ? [{ name: legal, title, url: url.href }] : [];
}
