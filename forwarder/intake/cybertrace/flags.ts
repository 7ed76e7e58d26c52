import type { SessionFlags } from '../../core/index.js';
import { asBuffer } from '../bytes.js';

const sendFinishedFlag = 'X-KF-SendFinishedEvent';
const replyBackFlag = 'X-KF-ReplyBack';
const saveStatisticFlag = 'X-KF-SaveStatistic';
const ping = 'X-KF-ReplyBackPING';

const noFlags: SessionFlags = { sendFinished: false, replyBack: false, saveStatistic: false };

/** What a stream turned out to begin with. */
export type Opening =
  /** The whole message is a health check. */
  | { readonly kind: 'ping' }
  | {
      readonly kind: 'events';
      readonly flags: SessionFlags;
      /** Bytes of earlier chunks that looked like a flag and are the start of the first event. */
      readonly before: string;
      /** Where the event text goes on in the chunk that decided it. */
      readonly start: number;
    };

/**
 * Reads what a client of CyberTrace's protocol may say before its first event (CyberTrace help, page
 * 180189): some of the three flags, each at most once, in this order, with nothing between them and
 * nothing behind them but, perhaps, one line end. Nothing says where the flags end, so bytes are held
 * until they can no longer be a flag. Pure: the same bytes give the same opening however they are cut.
 *
 *     push('X-KF-ReplyBackX-K')  → undefined: 'X-K' may become X-KF-SaveStatistic
 *     push('ey=1\n')             → events, replyBack, before 'X-K', start 0: the event is 'X-Key=1'
 *
 * X-KF-ReplyBackPING counts only as the very first message (page 211378), and is tried before
 * X-KF-ReplyBack, whose text it begins with.
 */
export class OpeningReader {
  #held = '';

  /** Whether all that has come may still be a health check; true before the first byte. */
  get mayBePing(): boolean {
    return ping.startsWith(this.#held);
  }

  /** Whether nothing has come yet. */
  get isEmpty(): boolean {
    return this.#held === '';
  }

  /** Takes the next bytes. Undefined: more are needed. Not to be called again once it has answered. */
  push(chunk: Uint8Array): Opening | undefined {
    const before = this.#held.length;
    // Nobody's opening is longer than all flags and a line end; what lies behind does not matter.
    const text = this.#held + latin1(chunk, longestOpening);
    const length = openingLength(text, false);
    if (length === undefined) {
      this.#held = text;
      return undefined;
    }
    return opening(text, length, before);
  }

  /** Nothing more will come: what is held is decided as it is. */
  end(): Opening {
    const length = openingLength(this.#held, true) ?? 0;
    return opening(this.#held, length, this.#held.length);
  }
}

/** Whether an event begins with what would have been a flag at the start of the stream. */
export function startsWithFlag(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== 0x58 || bytes[start + 1] !== 0x2d || bytes[start + 2] !== 0x4b) return false;
  const text = latin1(bytes.subarray(start, end), sendFinishedFlag.length);
  return [sendFinishedFlag, replyBackFlag, saveStatisticFlag].some((flag) => text.startsWith(flag));
}

const longestOpening = `${sendFinishedFlag}${replyBackFlag}${saveStatisticFlag}\r\n`.length;

/** How many characters are flags and the line end behind them; undefined while that is open. */
function openingLength(text: string, isWhole: boolean): number | undefined {
  if (text.startsWith(ping)) return ping.length;
  if (!isWhole && ping.startsWith(text)) return undefined;
  let at = 0;
  for (const flag of [sendFinishedFlag, replyBackFlag, saveStatisticFlag]) {
    if (text.startsWith(flag, at)) at += flag.length;
    else if (!isWhole && flag.startsWith(text.slice(at))) return undefined;
  }
  if (at === 0) return 0;
  const rest = text.slice(at, at + 2);
  if (!isWhole && (rest === '' || rest === '\r')) return undefined;
  if (rest === '\r\n') return at + 2;
  return rest.startsWith('\r') || rest.startsWith('\n') ? at + 1 : at;
}

function opening(text: string, length: number, before: number): Opening {
  if (text.startsWith(ping)) return { kind: 'ping' };
  return {
    kind: 'events',
    flags: length === 0 ? noFlags : flagsOf(text.slice(0, length)),
    before: text.slice(length, before),
    start: Math.max(0, length - before),
  };
}

function flagsOf(text: string): SessionFlags {
  return {
    sendFinished: text.includes(sendFinishedFlag),
    replyBack: text.includes(replyBackFlag),
    saveStatistic: text.includes(saveStatisticFlag),
  };
}

function latin1(bytes: Uint8Array, most: number): string {
  return asBuffer(bytes).toString('latin1', 0, most);
}
