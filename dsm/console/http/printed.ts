/** What a terminal would take for a command, or what turns the direction of writing. */
const unseen = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/** A text of the console as it may stand in an error: on one line, without control characters, cut. */
export function printed(text: string, longest = 300): string {
  const line = text.replace(unseen, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** Takes a secret out of a text that somebody else wrote. */
export type Hide = (text: string) => string;

/** Makes what takes the token out of texts: a server may repeat in its error what it was sent. */
export function hiderOf(token: string): Hide {
  const encoded = encodeURIComponent(token);
  return (text) => text.replaceAll(token, '(the token)').replaceAll(encoded, '(the token)');
}

/** The text of anything thrown, fit to be shown. */
export function reasonOf(error: unknown, hide: Hide): string {
  return printed(hide(error instanceof Error ? error.message : String(error)));
}

/** An error of a library as a cause: its name, text and code; nothing else that may hang on it. */
export function causeOf(error: unknown, hide: Hide): Error {
  const code = codeOf(error);
  const cause = new Error(reasonOf(error, hide));
  if (error instanceof Error) cause.name = error.name;
  return code === '' ? cause : Object.assign(cause, { code });
}

/** The code of an error, or of one of those it stands for; '' when there is none. */
export function codeOf(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > 4) return '';
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  // What a library wraps says more than its wrapping.
  const inner =
    codeOf(cause, depth + 1) || codeOf(Array.isArray(errors) ? errors[0] : undefined, depth + 1);
  return inner !== '' ? inner : typeof code === 'string' ? code : '';
}
