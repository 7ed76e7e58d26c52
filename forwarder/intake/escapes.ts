/** What the one-letter JSON escapes stand for (RFC 8259, section 7). */
const escaped: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  b: '\b',
  f: '\f',
  '"': '"',
  '\\': '\\',
  '/': '/',
};

/**
 * Undoes the JSON escapes of a text that may be no valid JSON, in one pass from the left: `\t \n \r
 * \b \f \" \\ \/ \uXXXX`. Anything else after a backslash stays as it is. Linear, never throws.
 */
export function undoEscapes(text: string): string {
  if (!text.includes('\\')) return text;
  const undone = text.replace(/\\(?:u([0-9a-fA-F]{4})|([tnrbf"\\/]))/g, (_, hex, letter) =>
    typeof hex === 'string'
      ? String.fromCharCode(Number.parseInt(hex, 16))
      : (escaped[String(letter)] ?? ''),
  );
  return wellFormed(undone);
}

/**
 * The text with every lone surrogate (an escape such as `\ud800` without its other half) replaced
 * by U+FFFD, so that it can be written as UTF-8 and as part of a URL.
 */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

/**
 * Makes raw control characters, which JSON forbids, harmless: inside a string they become escapes,
 * outside of strings a blank. For texts that failed to parse.
 */
export function escapeControls(json: string): string {
  let inString = false;
  return json.replace(/\\[^]|["\u0000-\u001f]/g, (found) => {
    if (found === '"') {
      inString = !inString;
      return found;
    }
    if (found.length > 1) return found;
    if (!inString) return ' ';
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
