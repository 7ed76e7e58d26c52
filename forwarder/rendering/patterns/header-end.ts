import type { FormatPart } from './parse-format.js';
import type { Escape } from './value-writer.js';

/** What begins a header, and how many `|` it has up to its end. */
const headers: Readonly<Partial<Record<Escape, readonly (readonly [string, number])[]>>> = {
  leef: [
    ['LEEF:1', 5],
    ['LEEF:2', 6],
  ],
  cef: [['CEF:', 7]],
};

/**
 * For each part of a format, whether it begins in the header of LEEF or CEF or before it. There a `|`
 * of a value would end a field, and a value could even begin a header of its own. A format without
 * such a header has no such parts.
 *
 *     CEF:0|V|P|1|%Category%|name|8|reason=%Category%     with `cef`: true, true, true, false
 */
export function partsInHeader(parts: readonly FormatPart[], escape: Escape): readonly boolean[] {
  const texts = parts.map((part) => (part.kind === 'text' ? part.text : ''));
  const whole = texts.join('');
  const [start, pipes] = findHeader(whole, escape);
  if (start < 0) return parts.map(() => false);
  let end = start;
  for (let count = 0; count < pipes; count += 1) {
    const next = whole.indexOf('|', end);
    // An unfinished header reaches to the end.
    if (next < 0) return parts.map(() => true);
    end = next + 1;
  }
  let offset = 0;
  return texts.map((text) => {
    const isInside = offset < end;
    offset += text.length;
    return isInside;
  });
}

function findHeader(text: string, escape: Escape): readonly [start: number, pipes: number] {
  for (const [word, pipes] of headers[escape] ?? []) {
    const start = text.indexOf(word);
    if (start >= 0) return [start, pipes];
  }
  return [-1, 0];
}
