const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const badEscape = /%(?![0-9a-fA-F]{2})/;
const escapes = /(?:%[0-9a-fA-F]{2})+/g;

/** Whether a `%` stands in the text that is not followed by two hex digits. */
export function hasBadEscape(text: string): boolean {
  return badEscape.test(text);
}

function decodeRun(run: string): string {
  const bytes = new Uint8Array(run.length / 3);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(run.slice(index * 3 + 1, index * 3 + 3), 16);
  }
  return decoder.decode(bytes);
}

/**
 * Undoes percent-encoding once, as UTF-8; bytes that are no UTF-8 become U+FFFD. The caller has
 * made sure that there is no bad escape; one would stay as it is.
 */
export function percentDecode(text: string): string {
  return text.includes('%') ? text.replace(escapes, decodeRun) : text;
}
