import type { Answers } from './answers.js';
import { shownProxy } from './ask-proxy.js';
import { shownFeed } from './summary.js';
import type { Session } from './session.js';
import type { Written } from './write-answers.js';

/** The outcome for programs: one JSON object; no secret is in it. */
export function outcomeJson(answers: Answers, written: Written, session: Session): string {
  const { certificate, proxy, feeds, listen, collector } = answers;
  const outcome = {
    file: written.file,
    backup: written.backup ?? null,
    certificate:
      certificate === undefined
        ? null
        : {
            file: written.certificate,
            subject: certificate.subject,
            validTo: new Date(certificate.validToMs).toISOString(),
          },
    newKey: written.newKey ?? null,
    proxy: proxy === undefined ? null : shownProxy(proxy),
    feeds: feeds.kind === 'keep' ? { kept: feeds.count } : feeds.feeds.map(shownFeed),
    listen,
    collector: { url: collector.url, ...collector.check },
    warnings: session.warnings,
  };
  return `${JSON.stringify(outcome, undefined, 2)}\n`;
}

/** What was written and what to do next, for people. */
export function outcomeText(written: Written, { given }: Session): string {
  const config = given.config === 'forwarder.yaml' ? '' : ` --config ${given.config}`;
  const lines = [
    `written      ${written.file}`,
    ...(written.backup === undefined ? [] : [`kept         ${written.backup}`]),
    ...(written.certificate === undefined ? [] : [`certificate  ${written.certificate}`]),
    ...(written.newKey === undefined
      ? []
      : [`key          ${written.newKey} (opens the sealed secrets: keep a copy elsewhere)`]),
    '',
    `next         threat-forwarder check${config}`,
    `             threat-forwarder run${config}`,
    '             JSA: docs/guides/connect-jsa.md',
  ];
  return lines.join('\n');
}
