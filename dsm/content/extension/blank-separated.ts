/**
 * Events with blanks in place of the TABs between the attributes, as CyberTrace's documents print them.
 * The LEEF reader finds one key in such an event, whose value is all the rest; these expressions read it.
 *
 * They are kept to what the regular expressions of Java and JavaScript share, and each takes time in
 * proportion to the length of the event, whatever it holds.
 */

/** From the start of the event to behind the pipe that closes the LEEF header. */
const header = String.raw`[^|]*LEEF:1\.0\|[^|]*\|[^|]*\|[^|]*\|[^|]*\|`;

/** No TAB anywhere: with one, the LEEF reader has the say, and no value can pass for an attribute. */
const withoutTab = String.raw`(?=[^\t]*$)`;

/**
 * Text up to the end or to a word that starts with `key=`. Values may hold blanks: `04.01.2016 16:40`. No
 * group is repeated, since Java needs stack for each turn; the bounds keep long runs of blanks cheap.
 */
const textBeforeNextKey = String.raw`[^\x20\t\r\n][^\t\r\n]*?(?=\x20{1,9}[A-Za-z0-9_]+=|[\x20\r\n]{0,9}$)`;

/** One word: an address. */
export const addressValue = String.raw`[0-9A-Fa-f:.]+(?=[\x20\r\n]|$)`;

/** Seconds or milliseconds since 1970, which LEEF's `devTime` may be without a format. */
export const epochValue = String.raw`(?:\d{13}|\d{10})(?=[\x20\r\n]|$)`;

/**
 * The value of a key in an event without TABs as a regular expression, the value in group 1. Of equal
 * keys the first counts, as for the LEEF reader. A value that holds ` word=` itself ends there: in this
 * form nothing tells it from an attribute.
 *
 *     blankSeparatedPattern('first_seen')  // finds '04.01.2016 16:40' in '…|first_seen=04.01.2016 16:40 last_seen=…'
 */
export function blankSeparatedPattern(key: string, value: string = textBeforeNextKey): string {
  return String.raw`^${withoutTab}${header}(?:[^\t]*?\x20)??${key}=(${value})`;
}

/** The EventID of an event, with TABs or without, in group 1. Nothing without the pipe behind it. */
export const eventIdPattern = String.raw`^[^|]*LEEF:1\.0\|[^|]*\|[^|]*\|[^|]*\|([^|\t]+)\|`;

/** Whether an event's id starts with one of `starts` or is one of `ids`; with neither: any event. */
export function eventIdIsPattern(starts: readonly string[], ids: readonly string[]): string {
  const alternatives = [...starts.map(literal), ...ids.map((id) => `${literal(id)}\\|`)];
  const id = alternatives.length === 0 ? '[^|]' : `(?:${alternatives.join('|')})`;
  return String.raw`^[^|]*LEEF:1\.0\|[^|]*\|[^|]*\|[^|]*\|${id}`;
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
