// eslint-disable-next-line @typescript-eslint/unbound-method -- only used with call()
const { charCodeAt } = String.prototype;

/**
 * The UTF-16 code unit at a place inside the text, as charCodeAt gives it. For loops over
 * characters: the engine has a dozen kinds of strings (a slice, a concatenation, one or two bytes
 * for each character, …), and where a method is looked up on more than four of them, as here it is,
 * each call takes ten times as long. Nor should a place outside of the text ever be asked for: from
 * the first one on, all calls are slow.
 */
export function codeAt(text: string, at: number): number {
  return charCodeAt.call(text, at);
}
