import { pairs } from './family.js';
import type { Family } from './family.js';

/** LEEF 1.0, separated by TAB. */
export const leef: Family = {
  name: 'leef',
  payloadCandidates: 5,
  namesUser: true,
  category: 'allow',
  eventName: 'Web Access',
  logSource: 'ExampleGateway @ gw1',
  logSourceType: 'Universal LEEF',
  identifier: 'gw1',
  payload: ({ user, source, destination, url, host, hash, extras }) =>
    `<14>Jul 10 10:10:17 gw1 LEEF:1.0|ExampleVendor|ExampleGateway|3.1|allow|cat=WEB\tsev=2\tsrc=${source}` +
    `\tdst=${destination}\tsrcPort=51544\tdstPort=443\tproto=6\tusrName=${user}\turl=${url}\tserver=${host}` +
    `\tfileHash=${hash}\tbytes=5321&kept${pairs(extras, '\t', 'peer')}`,
};
