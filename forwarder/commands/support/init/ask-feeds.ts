import type { FeedAccess } from './allowed-feeds.js';
import type { FeedsAnswer } from './answers.js';
import { tlsOf } from './existing.js';
import { feedsByFlag } from './feeds-by-flag.js';
import { feedsByQuestion } from './feeds-by-question.js';
import { givesFeeds } from './given.js';
import { warn } from './session.js';
import type { Session } from './session.js';

/** The feeds to use. Undefined when the flag is missing. */
export async function askFeeds(
  session: Session,
  access: FeedAccess,
): Promise<FeedsAnswer | undefined> {
  const { given, existing, wizard } = session;
  if (givesFeeds(given)) return { kind: 'these', feeds: await feedsByFlag(session, access) };
  const withoutCertificate = access.certificate === undefined;
  const kept = (existing?.feeds ?? []).filter(
    (feed) => !withoutCertificate || tlsOf(feed)['cert'] === undefined,
  );
  if (given.feedCa !== undefined && wizard === undefined && kept.length > 0) {
    warn(session, '--feed-ca is not used: it goes with feeds that are named beside it');
  }
  const keep: FeedsAnswer = { kind: 'keep', count: kept.length, withoutCertificate };
  if (wizard !== undefined) {
    const question = `Keep the entries of feeds as they are (${kept.length})?`;
    const isKept = kept.length > 0 && (await wizard.yesNo(question, true));
    if (isKept) return keep;
    return { kind: 'these', feeds: await feedsByQuestion(session, wizard, access) };
  }
  if (kept.length > 0) return keep;
  if (withoutCertificate) return { kind: 'these', feeds: [{ kind: 'demo' }] };
  session.missing.push('--feeds all|NAME,… or --feed URL (which feeds, of those it allows)');
  return undefined;
}
