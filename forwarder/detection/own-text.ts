/**
 * A text of its own that is written as UTF-8: a part of a text would keep the whole event in memory, and
 * half of a character, left by a cut, would come back as another one. Texts that look the same to a
 * reader of UTF-8 are the same.
 */
export function ownText(text: string, maxLength = Infinity): string {
  return Buffer.from(text.slice(0, maxLength), 'utf8').toString('utf8');
}
