import { isIP } from 'node:net';
import { getDomain } from 'tldts';
import { FetchError, readJson, shownAddress, type Answer } from '../../net/index.js';
import { isObject } from '../record-context.js';

const longestList = 4 * 2 ** 20;

export interface Update {
  readonly version: string;
  readonly link: URL;
}

/** The updates of one feed, as the list of Kaspersky's download service links to them. */
export function isUpdatesAddress(address: string): boolean {
  return (
    URL.canParse(address) && /^\/api\/v\d+(?:\.\d+)*\/feeds\/./.test(new URL(address).pathname)
  );
}

/**
 * The newest update of a feed. The answer is
 * `{"updates":[{"version":…,"packages":[{"link":…,"size":…}]}]}`, newest first; the link leads to an
 * archive (ZIP) with one feed. Throws FetchError when it is something else.
 */
export async function readUpdate(answer: Answer): Promise<Update> {
  const content = await readJson(answer, longestList);
  const update = first(isObject(content) ? content['updates'] : undefined);
  const link = first(update?.['packages'])?.['link'];
  const version = update?.['version'];
  if (typeof link !== 'string' || !URL.canParse(link, answer.url.href)) {
    throw new FetchError('TF_FEED', 'the answer holds no update of a feed', {
      where: answer.address,
      hint: 'check that the certificate allows this feed, and that its address is one of those that the download service lists',
    });
  }
  const target = new URL(link, answer.url);
  if (answer.url.protocol === 'https:' && target.protocol !== 'https:') {
    throw new FetchError(
      'TF_FEED',
      `the server names a package out of TLS, at ${shownAddress(target)}`,
      {
        where: answer.address,
        hint: 'ask the supplier: what comes without TLS may have been changed on the way',
      },
    );
  }
  return {
    version: typeof version === 'string' || typeof version === 'number' ? String(version) : link,
    link: target,
  };
}

/**
 * Whether a host is another one of the same owner: dl.kaspersky.com beside wlinfo.kaspersky.com. What
 * the public suffix list says decides: of `co.uk` and `github.io` every name has an owner of its own.
 */
export function isOfSameOwner(url: URL, home: URL): boolean {
  if (url.protocol !== 'https:' || home.protocol !== 'https:' || isIP(home.hostname) !== 0)
    return false;
  const owner = getDomain(home.hostname, { allowPrivateDomains: true });
  return owner !== null && (url.hostname === owner || url.hostname.endsWith(`.${owner}`));
}

function first(list: unknown): Readonly<Record<string, unknown>> | undefined {
  const item: unknown = Array.isArray(list) ? list[0] : undefined;
  return isObject(item) ? item : undefined;
}
