import type { Answers, ChosenFeed } from './answers.js';
import { shownProxy } from './ask-proxy.js';
import { day } from './certificate.js';

/** What was answered, in rows of a name and a text; no secret is in it. */
export function summaryRows(answers: Answers): readonly (readonly [string, string])[] {
  const { certificate, proxy, listen, collector, feeds } = answers;
  const until = certificate && `${certificate.subject}, valid until ${day(certificate.validToMs)}`;
  const rows: (readonly [string, string])[] = [
    ['certificate', until ?? 'none'],
    ['proxy', proxy === undefined ? 'none' : shownProxy(proxy)],
  ];
  const texts =
    feeds.kind === 'keep' ? [`as they are (${feeds.count})`] : feeds.feeds.map(shownFeed);
  texts.forEach((text, index) => rows.push([index === 0 ? 'feeds' : '', text]));
  rows.push(['events come in at', listen]);
  rows.push(["JSA's event collector", `${collector.url} (${shownCheck(answers)})`]);
  // Of a certificate or an address, what would move the cursor must not reach the terminal.
  return rows.map(([name, text]) => [name, text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?')]);
}

/** The same as lines, for a note. */
export function summaryText(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join('\n');
}

export function shownFeed(feed: ChosenFeed): string {
  switch (feed.kind) {
    case 'demo':
      return 'demo feeds of this package';
    case 'files':
      return feed.path;
    case 'url':
      return `${feed.name ?? feed.url}${feed.usesCertificate ? ' (with the certificate)' : ''}`;
    default:
      return feed satisfies never;
  }
}

function shownCheck({ collector: { check } }: Answers): string {
  switch (check.outcome) {
    case 'reachable':
      return 'answers';
    case 'unreachable':
      return 'does not answer';
    case 'not_checkable':
      return 'cannot be tried over UDP';
    case 'skipped':
      return 'not tried';
    default:
      return check.outcome satisfies never;
  }
}
