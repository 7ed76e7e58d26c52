import { pairs } from './family.js';
import type { Family } from './family.js';

/** Sysmon by a Windows agent: TAB-separated fields and one long message; hash in capitals. */
export const endpoint: Family = {
  name: 'endpoint',
  payloadCandidates: 5,
  namesUser: false,
  category: '1',
  eventName: 'Process Create',
  logSource: 'Windows @ WS-0041',
  logSourceType: 'Microsoft Windows Security Event Log',
  identifier: 'WS-0041',
  payload: ({ user, source, destination, url, host, hash, extras }) =>
    `<13>Jul 10 10:10:15 WS-0041 AgentDevice=WindowsLog\tAgentLogFile=Microsoft-Windows-Sysmon/Operational` +
    `\tEventID=1\tMessage=Process Create: Image: C:\\Users\\${user}\\setup Hashes: MD5=${hash.toUpperCase()} ` +
    `CommandLine: "C:\\Windows\\fetch" ${url} & exit SourceIp: ${source} DestinationIp: ${destination} ` +
    `DestinationHostname: ${host} User: EXAMPLE\\Иван${pairs(extras, ' ', 'Peer')}`,
  properties: ({ hash }) => ({ 'MD5 Hash': hash.toUpperCase() }),
  propertyCount: 1,
};
