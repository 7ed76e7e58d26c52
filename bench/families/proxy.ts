import { pairs } from './family.js';
import type { Family } from './family.js';

/** A Squid access log line with the hash of what was fetched. */
export const proxy: Family = {
  name: 'proxy',
  payloadCandidates: 5,
  namesUser: false,
  category: 'TCP_MISS',
  eventName: 'Web Request Allowed',
  logSource: 'Squid @ proxy01',
  logSourceType: 'Squid Web Proxy',
  identifier: 'proxy01',
  payload: ({ user, source, destination, url, host, hash, extras }) =>
    `<134>Jul 10 10:10:14 proxy01 squid[811]: 1752142214.001 183 ${source} TCP_MISS/200 5321 GET ${url} ` +
    `${user} HIER_DIRECT/${destination}\ttext/html\tmd5=${hash}\tref=${host}` +
    pairs(extras, '\t', 'x'),
};
