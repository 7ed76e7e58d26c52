/** A text as XML wants it, and the way back to its places. */
export interface TolerantText {
  readonly text: string;
  /** The place in the text as it was. */
  readonly originalOffset: (offset: number) => number;
}

const skipped: readonly (readonly [start: string, end: string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
];
const reference = /&(?:#\w{1,10}|\w{1,64});/y;

/**
 * Makes two things good that CyberTrace takes and XML does not: a `<` in the value of an attribute
 * (`input="^\<(\d+)\>"`, CyberTrace help, page 198870) and a `&` that begins no reference
 * (`([^&]+)`).
 */
export function tolerantText(original: string): TolerantText {
  const pieces: string[] = [];
  /** Offsets in the new text behind which it is longer, and by how much in all. */
  const shifts: { readonly from: number; readonly by: number }[] = [];
  let length = 0;
  let copied = 0;
  const replaceAt = (at: number, by: string): void => {
    pieces.push(original.slice(copied, at), by);
    length += at - copied + by.length;
    copied = at + 1;
    shifts.push({ from: length, by: (shifts.at(-1)?.by ?? 0) + by.length - 1 });
  };
  scan(original, replaceAt);
  if (pieces.length === 0) return { text: original, originalOffset: (offset) => offset };
  pieces.push(original.slice(copied));
  return {
    text: pieces.join(''),
    originalOffset: (offset) => offset - (shifts.findLast(({ from }) => from <= offset)?.by ?? 0),
  };
}

/** Goes through text and tags; comments, CDATA and instructions are passed over. */
function scan(text: string, replaceAt: (at: number, by: string) => void): void {
  let quote = '';
  let isTag = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '&') {
      reference.lastIndex = at;
      if (!reference.test(text)) replaceAt(at, '&amp;');
    } else if (quote !== '') {
      if (character === quote) quote = '';
      else if (character === '<') replaceAt(at, '&lt;');
    } else if (isTag) {
      if (character === '"' || character === "'") quote = character;
      else if (character === '>') isTag = false;
    } else if (character === '<') {
      const end = endOfSkipped(text, at);
      if (end === undefined) isTag = true;
      else at = end - 1;
    }
  }
}

function endOfSkipped(text: string, at: number): number | undefined {
  const kind = skipped.find(([start]) => text.startsWith(start, at));
  if (kind === undefined) return undefined;
  const end = text.indexOf(kind[1], at + kind[0].length);
  return end < 0 ? text.length : end + kind[1].length;
}
