import { listAllowedFeeds } from './allowed-feeds.js';
import type { FeedAccess } from './allowed-feeds.js';
import type { ChosenFeed } from './answers.js';
import { filesFeed, filesProblem, isKaspersky, urlProblem } from './chosen-feed.js';
import { usage } from './given.js';
import type { Session } from './session.js';

/** The feeds that the flags name. Throws ServiceError TF_USAGE. */
export async function feedsByFlag(
  session: Session,
  access: FeedAccess,
): Promise<readonly ChosenFeed[]> {
  const { given, places } = session;
  const feeds: ChosenFeed[] = [];
  if (given.usesDemoFeeds) feeds.push({ kind: 'demo' });
  if (given.feeds !== undefined) feeds.push(...(await namedFeeds(session, given.feeds, access)));
  for (const url of given.feedUrls) {
    checkUrl(url, '--feed');
    const usesCertificate = access.certificate !== undefined && isKaspersky(url);
    feeds.push({ kind: 'url', url, usesCertificate });
  }
  for (const url of given.certificateFeedUrls) {
    checkUrl(url, '--feed-with-certificate');
    if (access.certificate === undefined && session.missing.length === 0) {
      throw usage('--feed-with-certificate without a certificate', 'add --certificate FILE');
    }
    feeds.push({ kind: 'url', url, usesCertificate: true });
  }
  for (const pattern of given.feedFiles) {
    const problem = await filesProblem(pattern, places);
    if (problem !== undefined)
      throw usage(`--feed-file ${pattern}: ${problem}`, 'correct the path');
    feeds.push(filesFeed(pattern, places));
  }
  return feeds;
}

/** The feeds of `--feeds`, out of those the certificate allows. */
async function namedFeeds(
  session: Session,
  names: readonly string[],
  { certificate, proxy }: FeedAccess,
): Promise<readonly ChosenFeed[]> {
  // A pass-phrase that is missing is said together with all else that is.
  if (certificate === undefined && session.missing.length > 0) return [];
  if (certificate === undefined) {
    throw usage(
      '--feeds chooses among the feeds that a certificate allows, and there is none',
      'add --certificate FILE, or use --demo-feeds, --feed URL or --feed-file PATTERN',
    );
  }
  const allowed = await listAllowedFeeds(session, certificate, proxy);
  const known = allowed.map(({ name }) => name).join(', ');
  const isAll = names.length === 1 && names[0]?.toLowerCase() === 'all';
  if (names.length === 0 || (isAll && allowed.length === 0)) {
    const nothing = names.length === 0 ? 'no name is given' : 'the certificate allows no feed';
    throw usage(`--feeds: ${nothing}`, `write all, or names; allowed: ${known || 'none'}`);
  }
  const chosen = isAll
    ? allowed
    : names.map((name) => {
        const wanted = name.toLowerCase();
        const feed = allowed.find((one) =>
          [one.name, one.title].some((own) => own.toLowerCase() === wanted),
        );
        if (feed !== undefined) return feed;
        throw usage(`--feeds: the certificate allows no feed "${name}"`, `it allows: ${known}`);
      });
  return [...new Set(chosen)].map(({ name, url }) => ({
    kind: 'url',
    url,
    name,
    usesCertificate: true,
  }));
}

function checkUrl(url: string, flag: string): void {
  const problem = urlProblem(url);
  if (problem !== undefined) throw usage(`${flag}: ${problem}`, 'for files there is --feed-file');
}
