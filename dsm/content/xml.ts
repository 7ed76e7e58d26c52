/** What stands for a character that no XML 1.0 document may hold. */
const replacement = '\ufffd';

/** Everything that is no XML 1.0 character: controls but TAB, LF and CR, halves of surrogate pairs, U+FFFE and U+FFFF. */
const illegal = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu;

/** Text as it may stand in an element. */
export function xmlText(text: string): string {
  return text
    .replace(illegal, replacement)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

/** Text as it may stand between the double quotes of an attribute: a reader finds every character again. */
export function xmlAttribute(text: string): string {
  return xmlText(text).replaceAll('"', '&quot;').replaceAll('\t', '&#9;').replaceAll('\n', '&#10;');
}

/** Text as a CDATA section: regular expressions stay legible. `]]>` is divided between two sections. */
export function xmlCdata(text: string): string {
  return `<![CDATA[${text.replace(illegal, replacement).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

/** A comment. Two hyphens in a row may not stand in one, nor a hyphen at its end. */
export function xmlComment(text: string): string {
  const safe = text
    .replace(illegal, replacement)
    .replace(/-(?=-)/g, '- ')
    .replace(/-$/, '- ');
  return `<!-- ${safe} -->`;
}
