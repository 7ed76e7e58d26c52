import type { Seed } from './seed.js';

/** A section by its name, as it stands in a reply. */
export type SectionsByName = Readonly<Record<string, unknown>>;

/** Categories and reports, which all kinds have in their general section. */
export function classification(seed: Seed) {
  const isNamed = seed.zone === 'Red' || seed.zone === 'Yellow' || seed.zone === 'Orange';
  const all = ['CATEGORY_BOTNET_CNC', 'CATEGORY_MALWARE', 'CATEGORY_OTHER', 'CATEGORY_PHISHING'];
  const first = seed.number('category', all.length);
  const categories = isNamed ? [...all.slice(first, first + 2)] : [];
  const hasApt = seed.zone === 'Red' && seed.number('apt', 2) === 0;
  return {
    Categories: categories,
    CategoriesWithZone: categories.map((Name) => ({
      Name,
      Zone: seed.zone === 'Red' ? 'Red' : 'Yellow',
    })),
    HasApt: hasApt,
    RelatedAptReports: hasApt
      ? [{ Id: `apt-${seed.number('report', 1000)}`, Title: 'A group, and what it does' }]
      : [],
  };
}

/** Sections that all kinds have behind their own. */
export function shared(seed: Seed): SectionsByName {
  return {
    RelatedObjects: { HasRedZone: seed.number('related', 2) === 0 },
    Industries: seed.number('industries', 2) === 0 ? [] : ['Energy', 'Telecom'],
  };
}

/** DomainWhoIsInfo, or UrlDomainWhoIs. */
export function domainWhoIs(seed: Seed, domain: string) {
  const contact = (type: string) => ({
    ContactType: type,
    Name: type === 'technical' ? null : `Contact ${seed.hex(type, 6)}`,
    Organization: `${type} "Example", Inc.`,
    Address: `${seed.number(`${type} street`, 100)} Example Street\r\nSecond floor`,
    City: 'Example',
    State: null,
    PostalCode: String(10_000 + seed.number(`${type} code`, 90_000)),
    CountryCode: 'NL',
    Phone: '+31.200000000',
    Fax: null,
    Email: `${type}@${domain}`,
  });
  return {
    Created: seed.time('created'),
    Updated: seed.time('updated'),
    Expires: '2030-01-01T00:00Z',
    DomainName: domain,
    DomainStatus: [
      'clientTransferProhibited https://icann.org/epp#clientTransferProhibited',
      'clientDeleteProhibited https://icann.org/epp#clientDeleteProhibited',
    ],
    NameServers: [`ns1.${domain}`, `ns2.${domain}`],
    RegistrationOrganization: seed.number('organisation', 3) === 0 ? null : 'Example, Inc.',
    Registrar: { Info: 'Example Registrar', IanaId: '1068', Email: 'abuse@registrar.example' },
    Contacts: ['registrant', 'technical', 'ADMINISTRATIVE'].map(contact),
  };
}

/** FilesAccessed, FilesDownloaded. */
export function filesOf(seed: Seed, name: string, url: string) {
  return seed.rows(name, (index) => ({
    Md5: seed.hex(`${name} ${index}`, 32),
    Url: `${url}/file-${index}`,
    ...seed.seen(`${name} ${index}`),
  }));
}

/** UrlReferrals, UrlReferredTo. */
export function urlsOf(seed: Seed, name: string) {
  return seed.rows(name, (index) => ({
    Url: `site-${index}.example/${name.toLowerCase()}?a=1&b=${seed.hex(name, 4)}`,
    ...seed.seen(`${name} ${index}`),
  }));
}

/** DomainDnsResolutions. */
export function addressesOf(seed: Seed) {
  return seed.rows('DomainDnsResolutions', (index) => ({
    Ip: `198.51.100.${(seed.number('ip', 200) + index) % 256}`,
    ThreatScore: seed.number(`score ${index}`, 101),
    ...seed.seen(`DomainDnsResolutions ${index}`),
  }));
}
