import type { AskedThing } from '../../net/index.js';

/** How faults of the connection speak of a portal. */
export const askedPortal: AskedThing = {
  noun: 'portal',
  code: 'TF_PEER_UNAVAILABLE',
  remedies: {
    noHttp: 'set lookup.url to an address that begins with https://',
    silent: 'raise lookup.timeoutSeconds',
    tooLarge: 'ask for fewer sections',
    tooOften: 'lower lookup.requestsPerSecond',
  },
};
