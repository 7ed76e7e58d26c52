import { byZone } from './by-zone.js';
import type { FunctionDefinition } from './definition.js';
import { column, list, value } from './field.js';

const general = 'IpGeneralInfo';
const net = 'IpWhoIs.Net';

/** The functions for IP addresses. Keys that the portal has renamed are read by both names. */
export const ipFunctions: readonly FunctionDefinition[] = [
  {
    name: 'get_ip_report',
    kind: 'ip',
    sections: ['IpDnsResolutions', 'IpGeneralInfo', 'IpWhoIs', 'Zone'],
    fields: [
      column('KLIPDNSResolustionsCategories', 'IpDnsResolutions', 'Categories', {
        alias: 'KLIPDNSResolutionsCategories',
      }),
      column('KLIPDNSResolustionsDomains', 'IpDnsResolutions', 'Domain', {
        alias: 'KLIPDNSResolutionsDomains',
      }),
      list('KLCategory', general, 'Categories'),
      value('KLFirstSeen', general, 'FirstSeen'),
      value('KLHits', general, 'HitsCount', 'number'),
      value('KLThreatScore', general, 'ThreatScore', 'number'),
      value('KLHasAdvancedPersistThreat', general, 'HasApt', 'boolean'),
      value('KLCreated', net, 'Created'),
      value('KLChanged', net, 'Changed'),
      {
        shape: 'range',
        name: 'KLIPRange',
        at: net,
        pairs: [
          ['RangeStart', 'RangeEnd'],
          ['StartIp', 'EndIp'],
        ],
      },
      value('KLNetname', net, 'Name'),
      value('KLNetDescription', net, 'Description'),
      value('KLZone', '', 'Zone'),
      column('KLASN', 'IpWhoIs.Asn', ['Number', 'Origin'], { takes: 'text or number' }),
      column('KLASDescription', 'IpWhoIs.Asn', 'Description'),
      {
        shape: 'contacts',
        at: 'IpWhoIs.Contacts',
        roleKey: 'Role',
        parts: ['Address', 'Email', 'Fax', 'Name', 'OrganizationId', 'Phone'],
      },
    ],
  },
  {
    name: 'get_ip_report_file',
    kind: 'ip',
    sections: ['FilesDownloadedFromIp', 'HostedUrls'],
    fields: [
      column('KLHostedURL', 'HostedUrls', 'Url'),
      ...byZone('FilesDownloadedFromIp', 'Md5', (zone) => `KL${zone}Md5`),
    ],
  },
];
