/** A line longer than this is cut here, so that a peer without line ends cannot fill the memory. */
const maxLineBytes = 1024 * 1024;

const lf = 0x0a;
const cr = 0x0d;

/**
 * Puts the messages of one syslog connection together from chunks cut anywhere, inside a UTF-8
 * character too. A message ends with LF (CR before it is dropped), or is counted in octets
 * (RFC 6587 §3.4.1), told apart at the start of each message.
 * Example: the chunks `<14>a\n5 <1` and `4>b` give the messages `<14>a` and `<14>b`.
 */
export class MessageAssembler {
  #rest: Buffer = Buffer.alloc(0);

  /** Takes a chunk, returns the messages it completes. Blank lines are no messages. */
  push(chunk: Buffer): readonly string[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: string[] = [];
    let at = 0;
    for (;;) {
      const frame = frameAt(this.#rest, at);
      if (frame === undefined) break;
      if (frame.end > frame.start)
        messages.push(this.#rest.toString('utf8', frame.start, frame.end));
      at = frame.next;
    }
    this.#rest = this.#rest.subarray(at);
    return messages;
  }

  /** The connection has ended: what is left is a message without its end. */
  end(): readonly string[] {
    const text = this.#rest.toString('utf8').replace(/\r$/, '');
    this.#rest = Buffer.alloc(0);
    return text === '' ? [] : [text];
  }
}

interface Frame {
  readonly start: number;
  readonly end: number;
  /** Where the next message starts. */
  readonly next: number;
}

function frameAt(bytes: Buffer, at: number): Frame | undefined {
  if (at >= bytes.length) return undefined;
  // "LEN SP MSG". No message of a service starts with a digit: it starts with "<" or a month.
  const counted = /^[1-9]\d{0,6} /.exec(bytes.toString('latin1', at, at + 9));
  if (counted !== null) {
    const start = at + counted[0].length;
    const end = start + Number(counted[0]);
    if (end > bytes.length) return undefined;
    const withoutEnd = end > start && bytes[end - 1] === lf ? end - 1 : end;
    return { start, end: withoutEnd, next: end };
  }
  const end = bytes.indexOf(lf, at);
  if (end < 0) {
    const isTooLong = bytes.length - at > maxLineBytes;
    return isTooLong ? { start: at, end: at + maxLineBytes, next: at + maxLineBytes } : undefined;
  }
  return { start: at, end: end > at && bytes[end - 1] === cr ? end - 1 : end, next: end + 1 };
}
