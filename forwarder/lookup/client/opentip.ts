import { bad, ok, type Result } from '../../core/index.js';
import type { LookupObject } from '../lookup-object.js';
import { encodedValue } from './encode-value.js';
import type { PortalShape, Unaskable } from './portal-shape.js';

/**
 * The open version of the portal: `GET /api/v1/search/<kind>?request=<value>` with the header
 * `x-api-key` (its help, "Working with API"). It knows no sections and tells no quota; a URL without
 * a path is asked for as the domain or address it is; addresses are IPv4, as in its official clients.
 */
export const openTip: PortalShape = {
  name: 'opentip',
  title: 'OpenTIP',
  url: 'https://opentip.kaspersky.com',
  apiPath: '/api/v1',
  unauthorisedHint:
    'make a new token at https://opentip.kaspersky.com/token (one lives for a year at most) and set lookup.token to it; nothing more is asked until the program is started or reloaded with it',
  forbiddenHint:
    'the quota of the day is used up: set lookup.requestsPerDay to what the account may ask; it is asked again after 15 minutes, or at 00:00 UTC',
  question(object) {
    const asked = askedAs(object);
    if (asked.kind === 'ip' && asked.value.includes(':')) return noIpv6;
    const value = encodedValue(asked);
    return value.ok ? ok(`/search/${asked.kind}?request=${value.value}`) : value;
  },
  headers({ token = '' }) {
    return token === '' ? bad('a token') : ok({ 'x-api-key': token });
  },
  quotaOf: () => undefined,
};

const noIpv6: Result<string, Unaskable> = bad({
  failure: 'bad-request',
  message: 'OpenTIP knows IPv4 addresses only',
  hint: 'look IPv6 addresses up in the Threat Intelligence Portal (lookup.portal: tip)',
});

/** A URL without path and query is its host; with a query alone its path is written out. */
function askedAs(object: LookupObject): LookupObject {
  if (object.kind !== 'url') return object;
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(object.value) ?? [];
  const [, authority = '', tail = ''] = /^([^/?#]*)(.*)$/s.exec(rest) ?? [];
  if (tail.startsWith('?')) return { ...object, value: `${scheme}${authority}/${tail}` };
  if (!/^\/?(?:#.*)?$/s.test(tail)) return object;
  const written = `http://${authority}`;
  if (!URL.canParse(written)) return object;
  const { hostname } = new URL(written);
  if (hostname.startsWith('[')) return { ...object, kind: 'ip', value: hostname.slice(1, -1) };
  return { ...object, kind: /^[\d.]+$/.test(hostname) ? 'ip' : 'domain', value: hostname };
}
