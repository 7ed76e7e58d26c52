import { resolve } from 'node:path';

import { kasperskyService, listAvailableFeeds } from '../../../feeds/sources/kaspersky-list.js';
import type { AvailableFeed } from '../../../feeds/sources/kaspersky-list.js';
import { isOfSameOwner } from '../../../feeds/sources/kaspersky-update.js';
import type { Certificate, HeldSecret } from './answers.js';
import { urlProblem } from './chosen-feed.js';
import type { Session } from './session.js';

const timeoutMs = 20_000;
const maxBytes = 16 * 2 ** 20;

/** What feeds are fetched with. */
export interface FeedAccess {
  readonly certificate: Certificate | undefined;
  readonly proxy: HeldSecret | undefined;
}

/**
 * The feeds that the certificate allows, as the download service lists them. Throws ServiceError when
 * the service cannot be asked.
 */
export async function listAllowedFeeds(
  { given, places }: Session,
  certificate: Certificate,
  proxy: HeldSecret | undefined,
): Promise<readonly AvailableFeed[]> {
  const { source, passphrase } = certificate;
  const ca = given.feedCa === undefined ? undefined : resolve(places.cwd, given.feedCa);
  const feeds = await listAvailableFeeds(
    {
      tls: { cert: source, passphrase: passphrase?.text, ca },
      proxy: proxy?.text === '' ? undefined : proxy?.text,
      timeoutMs,
      maxBytes,
    },
    { baseUrl: given.downloadService, clock: Date.now },
  );
  // The certificate goes to the service that lists them, and to nobody it merely names.
  const home = new URL(given.downloadService ?? kasperskyService);
  const isTheirs = (url: URL): boolean => url.origin === home.origin || isOfSameOwner(url, home);
  return feeds.filter(({ url }) => urlProblem(url) === undefined && isTheirs(new URL(url)));
}
