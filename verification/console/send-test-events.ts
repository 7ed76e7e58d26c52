import { escape } from 'glob';

import { payloadOf, type RunMark } from '../envelope.js';
import { readEvents } from '../events.js';
import { dataFile } from '../files.js';
import { newRunMark, sentValues } from '../run-mark.js';
import { sendGently, type SyslogSender } from './syslog-sender.js';

export interface TestEventOptions {
  readonly sender: SyslogSender;
  /** Glob patterns of the event files, looked up from `cwd`; default: the package's own file. */
  readonly eventPatterns?: readonly string[] | undefined;
  readonly cwd?: string;
  /** Between two events, milliseconds. */
  readonly pauseMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface SentTestEvents {
  readonly mark: RunMark;
  /** Keys of all values that were sent. */
  readonly sentKeys: ReadonlySet<string>;
  /** Events to send, and those the operating system took. */
  readonly events: number;
  readonly sent: number;
}

/**
 * Sends the verification events under the mark of a new run. Throws VerificationError TF_USAGE when
 * there are none.
 */
export async function sendTestEvents(options: TestEventOptions): Promise<SentTestEvents> {
  const { sender, signal, cwd = process.cwd(), pauseMs = 20 } = options;
  const patterns = options.eventPatterns ?? [escape(dataFile('kl_verification_test.txt'))];
  const events = await readEvents(patterns, cwd);
  const mark = newRunMark();
  const { sentKeys } = sentValues(events, mark);
  const lines = events.map((event) => payloadOf(event, mark, Date.now()));
  const sent = await sendGently(sender, lines, { pauseMs, signal });
  return { mark, sentKeys, events: events.length, sent };
}
