import type { Indicator } from '../../../core/index.js';
import { hostWithoutWww, isHostname, parseIpv4 } from '../../../normalise/index.js';

/** Scheme, host, port, path of words, and a slash at the end or a query of words. */
const plainSyntax = new RegExp(
  [
    /^(?:[a-z]{1,9}:\/\/)?/,
    /((?:[\w-]+\.)+[a-z][a-z0-9-]*|\d+(?:\.\d+){3})(?::\d{1,5})?/,
    /((?:\/[\w-]+(?:\.[\w-]+)*)*)(?:\/|(\?[\w=&.-]*[\w=&-]))?$/,
  ]
    .map(({ source }) => source)
    .join(''),
  'i',
);

/**
 * The indicator of a URL in which nothing has to be decoded, resolved or collapsed, as most are:
 * its normal form is its lower case without scheme, `www.`, port and last slash. Undefined for
 * every other text. Some ten times faster than urlIndicator(), with which it agrees wherever it
 * answers.
 */
export function plainUrl(text: string): Indicator | undefined {
  const parts = plainSyntax.exec(text);
  if (parts === null) return undefined;
  const [, hostText = '', path = '', query = ''] = parts;
  const host = hostWithoutWww(hostText.toLowerCase());
  if (!isHostname(host) && parseIpv4(host) === undefined) return undefined;
  return { kind: 'url', value: `${host}${`${path}${query}`.toLowerCase()}` };
}
