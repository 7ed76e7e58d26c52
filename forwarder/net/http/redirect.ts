import type { AskedThing } from '../asked-thing.js';
import { shownAddress } from '../shown-address.js';
import { FetchError } from './fetch-error.js';

export const mostRedirects = 5;

const statuses = new Set([301, 302, 303, 307, 308]);

/**
 * Where an answer sends the client; undefined when it is no redirect. Throws FetchError for one that
 * leads nowhere, out of TLS, or would repeat a POST as something else.
 */
export function redirectTarget(
  status: number,
  location: string | undefined,
  from: URL,
  method: 'GET' | 'POST',
  what: AskedThing,
): URL | undefined {
  if (!statuses.has(status)) return undefined;
  const where = shownAddress(from);
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw new FetchError(what.code, `the server redirects to nowhere (HTTP ${status})`, {
      where,
      hint: `correct the address of the ${what.noun}`,
    });
  }
  const target = new URL(location, from);
  const shown = shownAddress(target);
  if (target.protocol !== 'https:' && target.protocol !== 'http:') {
    throw refused(`the server redirects to ${target.protocol}, which is not followed`, what, where);
  }
  if (from.protocol === 'https:' && target.protocol === 'http:') {
    throw refused(`the server redirects out of TLS, to ${shown}`, what, where);
  }
  if (method === 'POST' && status !== 307 && status !== 308) {
    throw refused(`the server redirects a POST, to ${shown}`, what, where);
  }
  return target;
}

export function tooManyRedirects(what: AskedThing, address: string): FetchError {
  return refused(`the server redirects more than ${mostRedirects} times`, what, address);
}

function refused(message: string, { code, noun }: AskedThing, where: string): FetchError {
  return new FetchError(code, message, {
    where,
    hint: `set the address that the ${noun} is at itself`,
  });
}
