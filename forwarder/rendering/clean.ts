import { cleanText } from '../../dsm/leef/text.js';

/**
 * The first `length` UTF-16 units of a text, one less where that would cut a character beyond the
 * basic plane in two.
 */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, Math.max(0, isHighSurrogate ? length - 1 : length));
}

/** The longest start of a text whose UTF-8 form has at most `bytes` bytes. */
export function cutToBytes(text: string, bytes: number): string {
  if (bytes <= 0) return '';
  const start = cutText(text, bytes);
  const encoded = Buffer.from(start, 'utf8');
  if (encoded.length <= bytes) return start;
  let end = bytes;
  // A byte 10xxxxxx continues a character: the cut goes before the byte that starts it.
  while (end > 0 && ((encoded[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return encoded.toString('utf8', 0, end);
}

/**
 * Cleans the texts of one message and notes whether one had to be cut. A text longer than a whole
 * message could never be sent, so it is cut before anything is done with it: the work for a message
 * is bounded, however long the event's values are.
 */
export class Cleaner {
  isCut = false;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  clean(text: string): string {
    if (text.length <= this.#limit) return cleanText(text);
    const trimmed = text.trim();
    if (trimmed.length > this.#limit) this.isCut = true;
    return cleanText(cutText(trimmed, this.#limit));
  }
}
