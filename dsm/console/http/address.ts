import { ConsoleError } from '../console-error.js';

/** Where a console is. */
export interface ConsoleAddress {
  readonly origin: string;
  /** Name or IP address, as its certificate must have it. */
  readonly host: string;
  /** What stands before the paths of the REST API: `/api`. */
  readonly prefix: string;
  /** As it may be shown: `https://192.0.2.5`. */
  readonly shown: string;
}

const hint = 'write https://HOST, as in --console https://192.0.2.5';

/**
 * Reads the address of a console: https only, a path of its own (of a reverse proxy) and a slash or
 * `/api` at the end are taken. Throws ConsoleError TF_CONFIG, without what looks like a password.
 */
export function parseConsoleAddress(text: string): ConsoleAddress {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  const refuse = (why: string, where = 'address of the console'): ConsoleError =>
    new ConsoleError('TF_CONFIG', why, { where, hint });
  if (url === undefined) throw refuse('the address of the console is none');
  if (url.username !== '' || url.password !== '') {
    throw refuse(
      'the address of the console holds a user or a password; a token is needed instead',
    );
  }
  if (url.protocol === 'http:') {
    throw refuse('http:// would send the token for everybody to read', url.origin);
  }
  if (url.protocol !== 'https:') throw refuse('the address of the console is not of https://');
  if (url.search !== '' || url.hash !== '') {
    throw refuse('the address of the console has a query or a mark', url.origin);
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/api$/, '');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { origin: url.origin, host, prefix: `${path}/api`, shown: `${url.origin}${path}` };
}
