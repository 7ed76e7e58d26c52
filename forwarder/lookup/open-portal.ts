import { join } from 'node:path';
import { ServiceError } from '../core/index.js';
import { shownAddress } from '../net/index.js';
import { DayCount } from './client/day-count.js';
import { openExchange } from './client/exchange.js';
import { PortalClient } from './client/portal-client.js';
import type { PortalCredentials, PortalOptions } from './client/portal-options.js';
import type { PortalShape } from './client/portal-shape.js';
import { shapes } from './client/shapes.js';
import type { Portal } from './portal.js';

/**
 * Opens a portal; nothing is asked yet. Throws ServiceError TF_CONFIG for what cannot be used:
 * address, credentials, certificate, authorities, proxy.
 *
 * Its lookups never reject for what portal, network or value do; each status is its own result. 401
 * ends all asking until a portal is opened anew; 403 pauses it for 15 minutes, or until the next day
 * (UTC) where that is sooner; what is looked up meanwhile is answered `not-asked` at once.
 */
export async function openPortal(options: PortalOptions): Promise<Portal> {
  const shape = shapes[options.portal];
  const root = rootOf(options.url ?? shape.url, shape);
  const address = shownAddress(root).replace(/\/+$/, '');
  const headers = headersOf(shape, options.credentials);
  const exchange = await openExchange(options, address, headers);
  const { stateDirectory, clock } = options;
  const file =
    stateDirectory === undefined ? undefined : join(stateDirectory, `requests-${shape.name}.json`);
  const count = await DayCount.open(file, clock);
  const api = `${root.href.replace(/\/+$/, '')}${shape.apiPath}`;
  return new PortalClient({ shape, address, root: api, exchange, count }, options);
}

/** The portal itself: an address that names the API already is taken too. */
function rootOf(address: string, shape: PortalShape): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'https:') {
    throw new ServiceError('TF_CONFIG', 'the address of the portal does not begin with https://', {
      where: 'lookup.url',
      hint: `set lookup.url to https://HOST, or leave it out for ${shape.url}`,
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new ServiceError('TF_CONFIG', 'the address of the portal holds credentials', {
      where: 'lookup.url',
      hint: 'set lookup.username and lookup.password instead',
    });
  }
  url.search = '';
  url.hash = '';
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith(shape.apiPath) ? path.slice(0, -shape.apiPath.length) : path;
  return url;
}

function headersOf(
  shape: PortalShape,
  credentials: PortalCredentials,
): Readonly<Record<string, string>> {
  const headers = shape.headers(credentials);
  if (!headers.ok) {
    throw new ServiceError('TF_CONFIG', `${shape.title} wants ${headers.problem}`, {
      where: 'lookup',
      hint: 'set them in lookup of the configuration, or in KASPERSKY_API_… of the environment',
    });
  }
  for (const value of Object.values(headers.value)) {
    if (/^[\t\x20-\x7e]*$/.test(value)) continue;
    throw new ServiceError('TF_CONFIG', 'the token holds characters that no token has', {
      where: 'lookup.token',
      hint: 'make sure that it is the token alone, on one line',
    });
  }
  return headers.value;
}
