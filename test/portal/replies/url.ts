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

/** What the portal says about a URL. It names it without its scheme. */
export function urlSections(seed: Seed): SectionsByName {
  const url = withoutScheme(seed.value);
  const host = url.replace(/[/?#].*$/s, '').replace(/^.*@|:\d+$/g, '');
  return {
    Zone: seed.zone,
    UrlGeneralInfo: {
      Url: url,
      Host: host,
      Ipv4Count: seed.number('addresses', 20),
      FilesCount: seed.number('files', 100),
      ...classification(seed),
    },
    UrlDomainWhoIs: domainWhoIs(seed, host),
    UrlReferrals: urlsOf(seed, 'UrlReferrals'),
    UrlReferredTo: urlsOf(seed, 'UrlReferredTo'),
    DomainDnsResolutions: addressesOf(seed),
    FilesAccessed: filesOf(seed, 'FilesAccessed', host),
    FilesDownloaded: filesOf(seed, 'FilesDownloaded', host),
    ...shared(seed),
  };
}

export function withoutScheme(url: string): string {
  return url.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
}
