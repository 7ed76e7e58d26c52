import { messageOf } from '../../../core/index.js';
import type { AvailableFeed } from '../../../feeds/sources/kaspersky-list.js';
import { listAllowedFeeds } from './allowed-feeds.js';
import type { FeedAccess } from './allowed-feeds.js';
import type { ChosenFeed } from './answers.js';
import { filesFeed, filesProblem, isKaspersky, urlProblem } from './chosen-feed.js';
import { Cancelled } from './prompts.js';
import type { Prompts } from './prompts.js';
import type { Session } from './session.js';

type Kind = 'none' | 'demo' | 'files' | 'urls';

/** Asks which feeds to use: those the certificate allows, and others. */
export async function feedsByQuestion(
  session: Session,
  wizard: Prompts,
  access: FeedAccess,
): Promise<readonly ChosenFeed[]> {
  const feeds: ChosenFeed[] = [...(await askAllowed(session, wizard, access))];
  const hasSome = feeds.length > 0;
  const kinds = await wizard.chooseSeveral<Kind>(
    hasSome ? 'Which feeds besides?' : 'Which feeds are used?',
    [
      ...(hasSome ? [{ value: 'none' as const, label: 'No others' }] : []),
      { value: 'demo', label: 'The demo feeds of this package', hint: 'the test indicators only' },
      { value: 'files', label: 'Files on this machine', hint: 'watched for changes' },
      { value: 'urls', label: 'Feeds to download', hint: 'by http or https' },
    ],
    hasSome ? ['none'] : ['demo'],
  );
  if (kinds.includes('demo')) feeds.push({ kind: 'demo' });
  if (kinds.includes('files')) feeds.push(await askFiles(session, wizard));
  if (kinds.includes('urls')) feeds.push(...(await askUrls(wizard, access)));
  return feeds;
}

async function askAllowed(
  session: Session,
  wizard: Prompts,
  { certificate, proxy }: FeedAccess,
): Promise<readonly ChosenFeed[]> {
  if (certificate === undefined) return [];
  wizard.say('Asking which feeds the certificate allows …');
  try {
    const allowed = await listAllowedFeeds(session, certificate, proxy);
    if (allowed.length === 0) wizard.warn('It allows no feed.');
    else return await chooseAllowed(wizard, allowed);
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    wizard.warn(
      `That cannot be found out now: ${messageOf(error)}. Feeds can be named by address.`,
    );
  }
  return [];
}

async function chooseAllowed(
  wizard: Prompts,
  allowed: readonly AvailableFeed[],
): Promise<readonly ChosenFeed[]> {
  const all = allowed.map(({ name }) => name);
  const names = await wizard.chooseSeveral<string>(
    'Which of the feeds that the certificate allows?',
    allowed.map(({ name, title }) => ({ value: name, label: title })),
    all,
  );
  return allowed
    .filter(({ name }) => names.includes(name))
    .map(({ name, url }) => ({ kind: 'url', name, url, usesCertificate: true }));
}

async function askFiles({ places }: Session, wizard: Prompts): Promise<ChosenFeed> {
  let message = 'Which files? (a path, a folder, or a pattern such as feeds/*.json)';
  let pattern = '';
  do {
    const check = (text: string): string | undefined =>
      text.trim() === '' ? 'Type a path' : undefined;
    pattern = (await wizard.text(message, check, pattern)).trim();
    message = `Which files? (${(await filesProblem(pattern, places)) ?? ''})`;
  } while ((await filesProblem(pattern, places)) !== undefined);
  return filesFeed(pattern, places);
}

async function askUrls(
  wizard: Prompts,
  { certificate }: FeedAccess,
): Promise<readonly ChosenFeed[]> {
  const urlsOf = (text: string): readonly string[] => text.split(/[\s,]+/).filter(Boolean);
  const typed = await wizard.text('At which addresses? (https://…, blanks between)', (text) => {
    if (urlsOf(text).length === 0) return 'Type at least one address';
    const wrong = urlsOf(text).find((url) => urlProblem(url) !== undefined);
    return wrong === undefined ? undefined : `${wrong}: ${urlProblem(wrong) ?? ''}`;
  });
  const feeds: ChosenFeed[] = [];
  for (const url of urlsOf(typed)) {
    const mayShow = certificate !== undefined && /^https:/i.test(url);
    const question = `Show the certificate to ${new URL(url).host}?`;
    const usesCertificate = mayShow && (isKaspersky(url) || (await wizard.yesNo(question, false)));
    feeds.push({ kind: 'url', url, usesCertificate });
  }
  return feeds;
}
