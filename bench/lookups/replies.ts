const finished = 'LookupFinished\n';
const finishedBytes = Buffer.from(finished);

/**
 * Cuts what comes back on a connection into replies: all lines up to LookupFinished, which ends each.
 *
 *     Category=KL_IP_Reputation|MatchedIndicator=192.0.2.1|popularity=1
 *     LookupFinished
 */
export class ReplyReader {
  #rest = '';

  /** Takes the first `length` bytes of a buffer; `onReply` gets the detection lines of each reply. */
  push(buffer: Buffer, length: number, onReply: (detections: string) => void): void {
    // Nearly all replies are this one, whole, in one read.
    if (length === finishedBytes.length && this.#rest === '' && isFinished(buffer)) {
      onReply('');
      return;
    }
    const text = this.#rest + buffer.toString('latin1', 0, length);
    let at = 0;
    for (let end = text.indexOf(finished); end !== -1; end = text.indexOf(finished, at)) {
      const detections = text.slice(at, end);
      at = end + finished.length;
      onReply(detections);
    }
    this.#rest = text.slice(at);
  }
}

function isFinished(buffer: Buffer): boolean {
  return buffer.compare(finishedBytes, 0, finishedBytes.length, 0, finishedBytes.length) === 0;
}

/** right: what must be named is, or nothing must be and nothing is. */
export type Judgement = 'right' | 'missed' | 'wrong';

/** Holds a reply's detection lines against what the request had in it. */
export function judge(detections: string, listed: string | undefined): Judgement {
  if (listed === undefined) return detections === '' ? 'right' : 'wrong';
  if (detections === '') return 'missed';
  const named = /^Category=[^|\n]+\|MatchedIndicator=([^|\n]*)[^\n]*\n$/.exec(detections)?.[1];
  return named?.toLowerCase().includes(listed) === true ? 'right' : 'wrong';
}
