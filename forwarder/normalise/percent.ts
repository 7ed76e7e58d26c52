const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const badEscape = /%(?![0-9a-fA-F]{2})/;
const escapes = /(?:%[0-9a-fA-F]{2})+/g;
const controls = /[\u0000-\u001f\u007f]/g;

/** Whether a `%` stands in the text that is not followed by two hex digits. */
export function hasBadEscape(text: string): boolean {
  return badEscape.test(text);
}

function escapeOf(control: string): string {
  return `%${control.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function decodeRun(run: string): string {
  const bytes = new Uint8Array(run.length / 3);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(run.slice(index * 3 + 1, index * 3 + 3), 16);
  }
  return decoder.decode(bytes).replace(controls, escapeOf);
}

/**
 * Undoes percent-encoding once, as UTF-8; bytes that are no UTF-8 become U+FFFD. Control
 * characters stay escaped, with lower-case digits (`%0A` is `%0a`), so that a normal form is always
 * one printable line. The caller has made sure that there is no bad escape; one would stay as it is.
 */
export function percentDecode(text: string): string {
  return text.includes('%') ? text.replace(escapes, decodeRun) : text;
}
