/** Whether a text is XML: no other configuration begins so. */
export function isXml(text: string): boolean {
  return /^\ufeff?\s*<(?:[?!]|[A-Za-z_])/.test(text);
}
