import { resolve } from 'node:path';

import type { ConfigEdit } from '../../../config/index.js';
import type { Answers, ChosenFeed, HeldSecret } from './answers.js';
import { placeOfEntry, tlsOf } from './existing.js';
import type { Existing } from './existing.js';
import { pathFrom } from './held-secret.js';
import { parseJsaAddress } from './jsa-address.js';
import { hasCredentials } from './proxy.js';

/** Where the copy of the certificate is, from the configuration's folder. */
export const certificateCopy = 'tls/feeds.pem';

export const demoFeeds = 'package:verification/feeds/*.json';

export const fileHeading = `Configuration of threat-forwarder, begun by "threat-forwarder init", which can change it
again and keeps what you add. Every key: docs/reference/configuration.md of the package.
After a change: threat-forwarder check`;

export interface EditContext {
  readonly existing: Existing | undefined;
  readonly directory: string;
  /** Absolute path of the authorities for fetching feeds. */
  readonly feedCa: string | undefined;
  /** Seals a secret with the key of the configuration. */
  readonly seal: (text: string) => string;
}

/** The changes that bring a configuration to the answers; none of what is not asked. */
export function editsFor(answers: Answers, context: EditContext): readonly ConfigEdit[] {
  const isNew = context.existing === undefined;
  const onlyNew = (edit: ConfigEdit): readonly ConfigEdit[] => (isNew ? [edit] : []);
  return [
    ...onlyNew({
      path: ['profile'],
      value: 'calm',
      comment:
        'calm: detections that repeat within a minute go into one summary (docs/guides/storms-and-loops.md).\nparity: as CyberTrace does it; nothing is suppressed or summarised.',
    }),
    ...onlyNew({
      path: ['leef', 'loopToken'],
      value: true,
      comment:
        'Own messages that JSA sends back by mistake are known by a number only this installation has.',
    }),
    {
      path: ['intake', 'jsa', 'listen'],
      value: answers.listen,
      comment:
        'Address and port for the events JSA forwards (its forwarding destination, TCP).\n0.0.0.0: any IPv4 address of this machine; 127.0.0.1: from this machine only.',
    },
    ...feedEdits(answers, context),
    {
      path: ['downloads', 'proxy'],
      value: answers.proxy && written(answers.proxy, context.seal, hasCredentials),
      comment: 'Proxy for fetching feeds; sealed (enc:) when it holds a password.',
    },
    ...collectorEdits(answers, context),
    ...onlyNew({
      path: ['security', 'refuseRoot'],
      value: true,
      comment: 'The service needs no rights of root: run it as a user of its own.',
    }),
  ];
}

const feedsComment =
  'The threat feeds: a path or pattern (watched for changes), or a url (fetched every 30 minutes,\nsee downloads.every). Paths start from the folder of this file.';

function feedEdits(answers: Answers, context: EditContext): readonly ConfigEdit[] {
  const { feeds } = answers;
  const tls = certificateTls(answers, context);
  const edit = (value: readonly unknown[]): readonly ConfigEdit[] => [
    { path: ['feeds'], value, comment: feedsComment, sameEntry: placeOfEntry },
  ];
  if (feeds.kind === 'these') return edit(feeds.feeds.map((feed) => entryOf(feed, tls, context)));
  const old = context.existing?.feeds ?? [];
  if (feeds.withoutCertificate) {
    const kept = old.filter((feed) => tlsOf(feed)['cert'] === undefined);
    return kept.length === old.length ? [] : edit(kept);
  }
  // A new certificate takes the place of the one that the entries show.
  return old.flatMap((feed, index) => {
    const shown = tlsOf(feed);
    if (typeof shown['cert'] !== 'string') return [];
    if (resolve(context.directory, shown['cert']) !== context.existing?.certificate) return [];
    const rest = Object.entries(shown).filter(([key]) => !['key', 'passphrase'].includes(key));
    const value = { ...Object.fromEntries(rest), ...tls };
    return JSON.stringify(value) === JSON.stringify(shown)
      ? []
      : [{ path: ['feeds', index, 'tls'], value }];
  });
}

/** What an entry that shows the certificate has under `tls`. */
function certificateTls(
  { certificate }: Answers,
  { seal }: EditContext,
): Readonly<Record<string, string>> {
  if (certificate === undefined) return {};
  const { passphrase } = certificate;
  return {
    cert: certificateCopy,
    ...(passphrase === undefined ? {} : { passphrase: written(passphrase, seal, () => true) }),
  };
}

function entryOf(
  feed: ChosenFeed,
  certificateTls: Readonly<Record<string, string>>,
  { directory, feedCa }: EditContext,
): unknown {
  switch (feed.kind) {
    case 'demo':
      return { path: demoFeeds };
    case 'files':
      return { path: feed.path };
    case 'url': {
      const isTls = /^https:/i.test(feed.url);
      const tls = {
        ...(isTls && feedCa !== undefined ? { ca: pathFrom(directory, feedCa) } : {}),
        ...(feed.usesCertificate ? certificateTls : {}),
      };
      return {
        ...(feed.name === undefined ? {} : { name: feed.name }),
        url: feed.url,
        ...(Object.keys(tls).length === 0 ? {} : { tls }),
      };
    }
    default:
      return feed satisfies never;
  }
}

function collectorEdits(
  { collector: { url, ca } }: Answers,
  { existing, directory }: EditContext,
): readonly ConfigEdit[] {
  const [first, ...others] = existing?.collectors ?? [];
  const known = parseJsaAddress(placeOfEntry(first) ?? '');
  if (known.ok && known.value === url && ca === undefined) return [];
  const entry = ca === undefined ? { url } : { url, ca: pathFrom(directory, ca) };
  return [
    {
      path: ['delivery', 'collectors'],
      value: [entry, ...others],
      comment:
        "JSA's event collector: where detections go. More entries stand in while the first is away.",
      sameEntry: placeOfEntry,
    },
  ];
}

/** A secret as the file holds it: its reference, sealed, or as it is where it is none. */
function written(
  { text, reference }: HeldSecret,
  seal: (text: string) => string,
  isSecret: (text: string) => boolean,
): string {
  return reference ?? (isSecret(text) ? seal(text) : text);
}
