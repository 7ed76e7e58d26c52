import { byZone } from './by-zone.js';
import type { FunctionDefinition } from './definition.js';
import { list, value, type Field } from './field.js';
import { domainContacts, registrarFields, registrationFields } from './who-is.js';

const whoIs = 'DomainWhoIsInfo';

/** `urlCount`: the plugin names the number of URLs differently in its two functions. */
function generalFields(urlCount: { readonly name: string; readonly alias?: string }): Field[] {
  const at = 'DomainGeneralInfo';
  return [
    list('KLCategories', at, 'Categories'),
    value('KLDomain', at, 'Domain'),
    value('KLFilesCount', at, 'FilesCount', 'number'),
    value('KLHits', at, 'HitsCount', 'number'),
    value('KLIPv4Count', at, 'Ipv4Count', 'number'),
    { ...value(urlCount.name, at, 'UrlsCount', 'number'), ...urlCount },
    value('KLHasAdvancedPersistThreat', at, 'HasApt', 'boolean'),
  ];
}

const urlFields: readonly Field[] = [
  ...byZone('UrlReferrals', 'Url', (zone) => `KL${zone}URLReferrals`),
  ...byZone('UrlReferredTo', 'Url', (zone) => `KL${zone}URLReferredTo`),
];

/** Names of the function for DNS resolutions alone: they say what a zone means. Orange has none in the plugin. */
const statusNames = {
  Red: 'KLMalwareStatusIP',
  Orange: 'KLNotTrustedStatusIP',
  Yellow: 'KLAdwareStatusIP',
  Green: 'KLGoodStatusIP',
  Grey: { name: 'KLNotCategorisedIStatusP', alias: 'KLNotCategorisedStatusIP' },
} as const;

/** The functions for domains. The last four ask for single sections; the README does not have them. */
export const domainFunctions: readonly FunctionDefinition[] = [
  {
    name: 'get_domain_report',
    kind: 'domain',
    sections: [
      'DomainGeneralInfo',
      'DomainDnsResolutions',
      'DomainWhoIsInfo',
      'UrlReferrals',
      'UrlReferredTo',
      'Subdomains',
      'Zone',
    ],
    fields: [
      ...generalFields({ name: 'KLURLCount' }),
      ...byZone('DomainDnsResolutions', 'Ip', (zone) => `KL${zone}DomainDnsResolutionsIP`, {
        isKept: true,
      }),
      ...urlFields,
      ...registrationFields(whoIs),
      ...registrarFields(whoIs),
      value('KLZone', '', 'Zone'),
      // The plugin reads the count as if Subdomains were one object; it is a list whose rows may have
      // one each, and only their sum is the number of files of the subdomains.
      { shape: 'sum', name: 'KLSubdomainsFilesCount', at: 'Subdomains', key: 'FilesCount' },
      ...byZone('Subdomains', 'Subdomain', (zone) => `KL${zone}Subdomains`),
      domainContacts(whoIs),
    ],
  },
  {
    name: 'get_domain_report_file',
    kind: 'domain',
    sections: ['FilesAccessed', 'FilesDownloaded'],
    fields: [
      ...byZone('FilesAccessed', 'Md5', (zone) =>
        zone === 'Yellow'
          ? { name: 'KLYellowFileAccesedMd5', alias: 'KLYellowFileAccessedMd5' }
          : `KL${zone}FileAccessedMd5`,
      ),
      ...byZone('FilesDownloaded', 'Md5', (zone) => `KL${zone}FileDownloadedMd5`),
    ],
  },
  {
    name: 'get_domain_report_generalinfo',
    kind: 'domain',
    sections: ['DomainGeneralInfo'],
    fields: generalFields({ name: 'KLURLsCount', alias: 'KLURLCount' }),
  },
  {
    name: 'get_domain_report_dnsresolution',
    kind: 'domain',
    sections: ['DomainDnsResolutions'],
    fields: byZone('DomainDnsResolutions', 'Ip', (zone) => statusNames[zone]),
  },
  {
    name: 'get_domain_report_url',
    kind: 'domain',
    sections: ['UrlReferrals', 'UrlReferredTo'],
    fields: urlFields,
  },
  {
    name: 'get_domain_report_whois',
    kind: 'domain',
    sections: ['DomainWhoIsInfo'],
    fields: [
      ...registrationFields(whoIs),
      ...registrarFields(whoIs, { name: 'KlRegistrarInfo', alias: 'KLRegistrarInfo' }),
      domainContacts(whoIs),
    ],
  },
];
