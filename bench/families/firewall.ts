import { pairs } from './family.js';
import type { Family } from './family.js';

/** A firewall's line of `key=value` pairs, quoted where blanks may stand. */
export const firewall: Family = {
  name: 'firewall',
  payloadCandidates: 5,
  namesUser: true,
  category: 'forward',
  eventName: 'Session Permitted',
  logSource: 'fw1',
  logSourceType: 'Fortinet FortiGate Security Gateway',
  identifier: 'fw1',
  payload: ({ user, source, destination, url, host, hash, extras }) =>
    `<189>date=2025-07-10 time=10:10:17 devname="fw1" devid="FG100E0000000000" type="utm" subtype="webfilter" ` +
    `policyid=7 sessionid=811 srcip=${source} srcport=51544 srcintf="lan" dstip=${destination} dstport=443 proto=6 ` +
    `service="HTTPS" hostname="${host}" action="passthrough" url="${url}" filehash="${hash}" ` +
    `user=${user} msg="URL belongs to an allowed category"${pairs(extras, ' ', 'peer')}`,
};
