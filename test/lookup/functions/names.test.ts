import { describe, expect, test } from '@jest/globals';

import { lookupFunctions } from '../../../forwarder/lookup/functions/index.js';
import { wholeReplies } from './replies.js';

const inZones = (end: string) =>
  `KLRed${end} KLOrange${end} KLYellow${end} KLGreen${end} KLGrey${end}`;
const registration = `KLCreated KLDomainName KLDomainStatus KLExpires KLNameServers
  KLRegistrationOrganization KLUpdated KLRegistrarEmail KLRegistrarIanaId`;
const domainContact = `KL<Role>Address KL<Role>City KL<Role>CountryCode KL<Role>Email KL<Role>Fax KL<Role>Name
  KL<Role>Organization KL<Role>Phone KL<Role>PostalCode KL<Role>State`;
const general = `KLCategories KLDomain KLFilesCount KLHits KLIPv4Count`;

/** By hand, from the documented tables: name, or `misspelt=right`. */
const documented: Readonly<Record<string, readonly [kind: string, asks: string, fields: string]>> =
  {
    get_hash_report: [
      'hash',
      'all',
      `KLHits KLFirstSeen KLLastSeen KLMd5 KLSha1 KLSha256 KLFormat KLSize KLSigner KLPacker KLDetectionNames
    KLDescriptionURL KLFileNames KLZone KLRedFileAccessedURL KLOrangeFileAccessedURL
    KLYellowFileAccesedURL=KLYellowFileAccessedURL KLGreenFileAccessedURL KLGreyFileAccessedURL
    KLRedFileAccessedDomain KLOrangeFileAccessedDomain KLYellowFileAccesedDomain=KLYellowFileAccessedDomain
    KLGreenFileAccessedDomain KLGreyFileAccessedDomain`,
    ],
    get_ip_report: [
      'ip',
      'IpDnsResolutions,IpGeneralInfo,IpWhoIs,Zone',
      `KLIPDNSResolustionsCategories=KLIPDNSResolutionsCategories KLIPDNSResolustionsDomains=KLIPDNSResolutionsDomains
    KLCategory KLFirstSeen KLHits KLThreatScore KLHasAdvancedPersistThreat KLCreated KLChanged KLIPRange KLNetname
    KLNetDescription KLZone KLASN KLASDescription KL<Role>Address KL<Role>Email KL<Role>Fax KL<Role>Name
    KL<Role>OrganizationId KL<Role>Phone`,
    ],
    get_ip_report_file: ['ip', 'FilesDownloadedFromIp,HostedUrls', `KLHostedURL ${inZones('Md5')}`],
    get_domain_report: [
      'domain',
      'DomainGeneralInfo,DomainDnsResolutions,DomainWhoIsInfo,UrlReferrals,UrlReferredTo,Subdomains,Zone',
      `${general} KLURLCount KLHasAdvancedPersistThreat ${inZones('DomainDnsResolutionsIP')}
    ${inZones('URLReferrals')} ${inZones('URLReferredTo')} ${registration} KLRegistrarInfo KLZone
    KLSubdomainsFilesCount ${inZones('Subdomains')} ${domainContact}`,
    ],
    get_domain_report_file: [
      'domain',
      'FilesAccessed,FilesDownloaded',
      `KLRedFileAccessedMd5 KLOrangeFileAccessedMd5 KLYellowFileAccesedMd5=KLYellowFileAccessedMd5
    KLGreenFileAccessedMd5 KLGreyFileAccessedMd5 ${inZones('FileDownloadedMd5')}`,
    ],
    get_domain_report_generalinfo: [
      'domain',
      'DomainGeneralInfo',
      `${general} KLURLsCount=KLURLCount KLHasAdvancedPersistThreat`,
    ],
    get_domain_report_dnsresolution: [
      'domain',
      'DomainDnsResolutions',
      `KLMalwareStatusIP KLNotTrustedStatusIP KLAdwareStatusIP KLGoodStatusIP
    KLNotCategorisedIStatusP=KLNotCategorisedStatusIP`,
    ],
    get_domain_report_url: [
      'domain',
      'UrlReferrals,UrlReferredTo',
      `${inZones('URLReferrals')} ${inZones('URLReferredTo')}`,
    ],
    get_domain_report_whois: [
      'domain',
      'DomainWhoIsInfo',
      `${registration} KlRegistrarInfo=KLRegistrarInfo ${domainContact}`,
    ],
    get_url_report: [
      'url',
      'Zone,UrlReferredTo,UrlReferrals,UrlGeneralInfo,UrlDomainWhoIs,DomainDnsResolutions',
      `KLZone ${inZones('UrlReferredTo')}
    KLRedUrlReferrals=KLRedURLReferrals KLOrangeUrlReferrals=KLOrangeURLReferrals
    KLYellowUrlReferrals=KLYellowURLReferrals KLGreenUrlReferrals=KLGreenURLReferrals
    KLGreyUrlReferrals=KLGreyURLReferrals
    KLURLCategories KLFilesCount KLIPv4Count KLHasAdvancedPersistThreat KLURL KLHost
    KLRedIPResoutions=KLRedIPResolutions KLOrangeIPResoutions=KLOrangeIPResolutions
    KLYellowIPResoutions=KLYellowIPResolutions KLGreenIPResoutions=KLGreenIPResolutions
    KLGreyIPResoutions=KLGreyIPResolutions ${registration} KLRegistrarInfo ${domainContact}`,
    ],
    get_url_report_file: [
      'url',
      'FilesAccessed,FilesDownloaded',
      `${inZones('FileAccessedMd5')} ${inZones('FileDownloadedMd5')}`,
    ],
  };

describe('the functions', () => {
  test('are the eleven of the plugin', () => {
    expect(lookupFunctions.map(({ name }) => name)).toEqual(Object.keys(documented));
    expect(lookupFunctions).toHaveLength(11);
  });

  test.each(Object.entries(documented))(
    '%s: kind, sections and names as documented',
    (name, row) => {
      const [kind, asks, fields] = row;
      const one = lookupFunctions.find((candidate) => candidate.name === name);
      expect(one?.kind).toBe(kind);
      expect(one?.sections).toEqual(asks === 'all' ? 'all' : asks.split(','));
      const names = one?.rules.map((rule) =>
        rule.alias === undefined ? rule.name : `${rule.name}=${rule.alias}`,
      );
      expect(names).toEqual(fields.split(/\s+/));
    },
  );

  test.each(lookupFunctions)('$name gives every field of its rules, in their order', (one) => {
    const names = [...one.fields(wholeReplies[one.kind]).keys()];
    const fixed = one.rules
      .filter((rule) => !rule.name.includes('<Role>'))
      .flatMap((rule) => (rule.alias === undefined ? [rule.name] : [rule.name, rule.alias]));
    expect(names.slice(0, fixed.length)).toEqual(fixed);
    const role = one.kind === 'ip' ? 'Owner' : 'Registrant';
    const contacts = one.rules
      .filter((rule) => rule.name.includes('<Role>'))
      .map((rule) => rule.name.replace('<Role>', role));
    expect(names.slice(fixed.length, fixed.length + contacts.length)).toEqual(contacts);
    const others = names.slice(fixed.length + contacts.length);
    expect(others).toEqual(
      contacts.length > 0 && one.kind !== 'ip' ? ['KLTechnicalEmail', 'KLTechnicalName'] : [],
    );
  });
});
