/** What an XML file may begin with: a declaration, a comment, a DOCTYPE, an element. */
const xmlStart = /^<(?:[?!]|[\p{L}_])/u;
/** Declaration, comments, other instructions and a DOCTYPE without a part of its own. */
const prologue = /^(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>[]*>)+/s;
const firstTag = /^<(?:[\p{L}_][\p{L}\p{N}_.-]*:)?([\p{L}_][\p{L}\p{N}_.-]*)([^>]*)/u;

/** The beginning of an XML file, as far as recognition needs it. */
export interface XmlStart {
  /** Local name of the document's element; '' where it is not among the first bytes. */
  readonly root: string;
  /** From the document's element on. */
  readonly text: string;
}

/** The beginning of a file, when it looks like XML and is no web page. */
export function xmlStartOf(start: Uint8Array): XmlStart | undefined {
  const whole = Buffer.from(start.buffer, start.byteOffset, start.byteLength).toString('utf8');
  if (!xmlStart.test(whole) || whole.includes('\0') || /^<!doctype\s+html\b/i.test(whole)) {
    return undefined;
  }
  const text = whole.replace(prologue, '');
  const root = firstTag.exec(text)?.[1] ?? '';
  return root.toLowerCase() === 'html' ? undefined : { root, text };
}
