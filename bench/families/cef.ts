import { pairs } from './family.js';
import type { Family } from './family.js';

/** CEF: a header of pipes, then pairs separated by blanks. */
export const cef: Family = {
  name: 'cef',
  payloadCandidates: 5,
  namesUser: true,
  category: '100',
  eventName: 'File Downloaded',
  logSource: 'ExampleSandbox @ sb1',
  logSourceType: 'Universal CEF',
  identifier: 'sb1',
  payload: ({ user, source, destination, url, host, hash, extras }) =>
    `<14>Jul 10 10:10:17 sb1 CEF:0|ExampleVendor|ExampleSandbox|2.0|100|File downloaded|3|src=${source} ` +
    `dst=${destination} spt=51544 dpt=443 suser=${user} request=${url} dhost=${host} fileHash=${hash} ` +
    `act=allowed cnt=1${pairs(extras, ' ', 'peer')}`,
};
