import { bad, ok } from '../../../core/index.js';
import type { Result } from '../../../core/index.js';

/** Reads `http://HOST:PORT`, perhaps with `USER:PASSWORD@`; gives it in its plainest form. */
export function parseProxy(text: string): Result<string, string> {
  const forms = 'write http://HOST:PORT';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:\/\//i.test(text)) return bad(`it is no address; ${forms}`);
  if (url.hostname === '') return bad(`the host is missing; ${forms}`);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return bad(`nothing follows the port; ${forms}`);
  }
  // What a URL leaves out because it is the default stays: `:80` is said, not guessed.
  const port = url.port === '' ? (/:([0-9]+)\/?$/.exec(text)?.[1] ?? '') : url.port;
  if (port === '') return bad(`the port is missing; ${forms}`);
  const who = url.username === '' ? '' : `${url.username}:${url.password}@`;
  return ok(`${url.protocol}//${who}${url.hostname}:${port}`);
}

/** The address with user name and password put in. */
export function withUser(proxy: string, user: string, password: string): string {
  const [scheme = '', rest = ''] = proxy.split('://');
  const bare = rest.slice(rest.lastIndexOf('@') + 1);
  return `${scheme}://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${bare}`;
}

export function hasCredentials(proxy: string): boolean {
  return proxy.includes('@');
}
