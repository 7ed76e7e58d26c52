/** Everything before the path: a scheme, perhaps defanged itself, and the host. */
const head = /^(?:[a-z]{2,5}(?:\[:\/\/\]|(?:\[:\]|:)\/\/))?[^/?#]*/i;
const fangs = /\[(:\/\/|:|\.)\]|\((\.)\)/g;

/**
 * Undoes the spellings that keep an indicator from being clicked: `[.]`, `(.)`, `[:]`, `[://]`.
 * A text whose host has none of them is left as it is: in a path they may be meant so. Schemes
 * such as `hxxp` stay, since normal forms have no scheme.
 *
 *     hxxp[:]//evil[.]example/a[.]php → hxxp://evil.example/a.php
 */
export function refang(text: string): string {
  if (!text.includes('[') && !text.includes('(')) return text;
  const before = head.exec(text)?.[0] ?? '';
  return before.search(fangs) < 0 ? text : text.replace(fangs, '$1$2');
}
