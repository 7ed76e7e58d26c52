import type { Family } from './family.js';

/** Plain syslog text of a mail gateway, as people write it. */
export const text: Family = {
  name: 'text',
  payloadCandidates: 5,
  namesUser: true,
  category: 'mail',
  eventName: 'Mail Accepted',
  logSource: 'mail01',
  logSourceType: 'Linux OS',
  identifier: 'mail01',
  payload: ({ user, source, destination, url, host, hash, extras }) =>
    `<22>Jul 10 10:10:18 mail01 mailscan[99]: connect from ${host}[${destination}], relayed for ${source}: ` +
    `message <b64> with link ${url} and attachment 'invoice' (${hash}) accepted, user=${user}` +
    extras.map((value) => `; seen with ${value}`).join(''),
};
