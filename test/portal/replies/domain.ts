import {
  addressesOf,
  classification,
  domainWhoIs,
  filesOf,
  type SectionsByName,
  shared,
  urlsOf,
} from './common.js';
import type { Seed } from './seed.js';

/** What the portal says about a domain. */
export function domainSections(seed: Seed): SectionsByName {
  const domain = seed.value.toLowerCase();
  return {
    Zone: seed.zone,
    DomainGeneralInfo: {
      Domain: domain,
      FilesCount: seed.number('files', 100),
      UrlsCount: seed.number('urls', 1000),
      HitsCount: seed.number('hits', 10_000),
      Ipv4Count: seed.number('addresses', 20),
      ...classification(seed),
    },
    DomainDnsResolutions: addressesOf(seed),
    DomainWhoIsInfo: domainWhoIs(seed, domain),
    Subdomains: seed.rows('Subdomains', (index) => ({
      Subdomain: `sub-${index}.${domain}`,
      FilesCount: index,
      ...seed.seen(`Subdomains ${index}`),
    })),
    UrlReferrals: urlsOf(seed, 'UrlReferrals'),
    UrlReferredTo: urlsOf(seed, 'UrlReferredTo'),
    FilesAccessed: filesOf(seed, 'FilesAccessed', domain),
    FilesDownloaded: filesOf(seed, 'FilesDownloaded', domain),
    ...shared(seed),
  };
}
