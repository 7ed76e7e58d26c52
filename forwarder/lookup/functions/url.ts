import { byZone } from './by-zone.js';
import type { FunctionDefinition } from './definition.js';
import { list, value } from './field.js';
import { domainContacts, registrarFields, registrationFields } from './who-is.js';

const general = 'UrlGeneralInfo';
const whoIs = 'UrlDomainWhoIs';

/** The functions for URLs. */
export const urlFunctions: readonly FunctionDefinition[] = [
  {
    name: 'get_url_report',
    kind: 'url',
    sections: [
      'Zone',
      'UrlReferredTo',
      'UrlReferrals',
      'UrlGeneralInfo',
      'UrlDomainWhoIs',
      'DomainDnsResolutions',
    ],
    fields: [
      value('KLZone', '', 'Zone'),
      ...byZone('UrlReferredTo', 'Url', (zone) => `KL${zone}UrlReferredTo`),
      // The README's name, and the one the plugin really gives.
      ...byZone('UrlReferrals', 'Url', (zone) => ({
        name: `KL${zone}UrlReferrals`,
        alias: `KL${zone}URLReferrals`,
      })),
      list('KLURLCategories', general, 'Categories'),
      value('KLFilesCount', general, 'FilesCount', 'number'),
      value('KLIPv4Count', general, 'Ipv4Count', 'number'),
      value('KLHasAdvancedPersistThreat', general, 'HasApt', 'boolean'),
      value('KLURL', general, 'Url'),
      value('KLHost', general, 'Host'),
      ...byZone('DomainDnsResolutions', 'Ip', (zone) => ({
        name: `KL${zone}IPResoutions`,
        alias: `KL${zone}IPResolutions`,
      })),
      ...registrationFields(whoIs),
      ...registrarFields(whoIs),
      domainContacts(whoIs),
    ],
  },
  {
    name: 'get_url_report_file',
    kind: 'url',
    sections: ['FilesAccessed', 'FilesDownloaded'],
    fields: [
      ...byZone('FilesAccessed', 'Md5', (zone) => `KL${zone}FileAccessedMd5`),
      ...byZone('FilesDownloaded', 'Md5', (zone) => `KL${zone}FileDownloadedMd5`, {
        isKept: true,
      }),
    ],
  },
];
