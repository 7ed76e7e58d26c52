const keyName = /key|token|secret|passw|pwd|auth|sig|credential|session/i;

/**
 * An address as it may stand in messages, logs and state files: without user name, password and
 * fragment, and with `***` for what looks like a key in its query or path.
 */
export function shownAddress(address: string | URL): string {
  if (!URL.canParse(String(address))) return 'an address that is none';
  const url = new URL(address);
  url.username = '';
  url.password = '';
  url.hash = '';
  for (const [name, value] of [...url.searchParams]) {
    if (keyName.test(name) || looksLikeKey(value, 20)) url.searchParams.set(name, '***');
  }
  url.pathname = url.pathname
    .split('/')
    .map((step) => (looksLikeKey(step, 32) ? '***' : step))
    .join('/');
  return url.href;
}

/** A long word of letters and digits mixed; a UUID (collections of TAXII) is none. */
function looksLikeKey(text: string, minimum: number): boolean {
  return (
    text.length >= minimum &&
    /^[A-Za-z0-9_+=/-]+$/.test(text) &&
    /[0-9]/.test(text) &&
    /[A-Za-z]/.test(text) &&
    !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) &&
    !/^[0-9]{4}-[0-9]{2}-[0-9]{2}/.test(text) &&
    !/^[A-Za-z]+([_-][A-Za-z0-9]{1,12})+$/.test(text)
  );
}
