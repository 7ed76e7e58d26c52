import type { Renderer } from '../../core/index.js';

/** One way to write messages and replies. */
export interface Dialect {
  readonly name: string;
  readonly renderer: Renderer;
  /** Whether a syslog header goes before a line that a collector gets; a reply never has one. */
  readonly syslogHeader: boolean;
  /** Whether its `LookupFinished` shows values of the event. */
  readonly usesEventValuesInFinished: boolean;
  /** All that it is made of, to tell whether a reload changed it. */
  readonly text: string;
}

/** What no dialect decides by itself. */
export interface DialectOptions {
  /** Another one for each run of the service: part of the ids of messages. */
  readonly runId?: string | undefined;
  /** The token of LEEF messages, where `leef.loopToken` is on; other dialects have no place for it. */
  readonly loopToken?: string | undefined;
  /** Upper limit of a line in bytes of UTF-8, its syslog header included where it has one. */
  readonly maxMessageBytes: number;
}

/** The longest line of a reply: there is no datagram and no log source to be too long for. */
export const longestReplyBytes = 65_536;
