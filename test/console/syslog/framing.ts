/**
 * Cuts a TCP stream into messages: octet-counted (`123 <34>…`, RFC 6587) where a message begins with a
 * number and a blank, else up to LF. A longer line than `longest` comes in pieces, as JSA cuts it.
 */
export class FrameReader {
  private rest = Buffer.alloc(0);
  private readonly longest: number;

  constructor(longest = 32_768) {
    this.longest = longest;
  }

  /** The messages that are complete now, without their line ends. */
  read(chunk: Buffer): readonly string[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const messages: string[] = [];
    let message = this.next();
    while (message !== undefined) {
      const text = message.toString('utf8').replace(/\r?\n?$/, '');
      if (text !== '') messages.push(text);
      message = this.next();
    }
    return messages;
  }

  /** What stands without a line end when the sender has closed. */
  end(): readonly string[] {
    return this.rest.length === 0 ? [] : this.read(Buffer.from('\n'));
  }

  private next(): Buffer | undefined {
    const counted = /^([1-9]\d{0,5}) /.exec(this.rest.toString('latin1', 0, 8));
    if (counted?.[1] !== undefined) {
      const from = counted[0].length;
      const to = from + Number(counted[1]);
      return this.rest.length < to ? undefined : this.take(from, to);
    }
    const lineEnd = this.rest.indexOf(10);
    if (lineEnd >= 0 && lineEnd < this.longest) return this.take(0, lineEnd + 1);
    return this.rest.length > this.longest ? this.take(0, this.longest) : undefined;
  }

  private take(from: number, to: number): Buffer {
    const message = this.rest.subarray(from, to);
    this.rest = this.rest.subarray(to);
    return message;
  }
}
