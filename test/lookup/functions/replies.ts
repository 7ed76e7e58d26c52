import type { LookupKind } from '../../../forwarder/lookup/lookup-object.js';
import type { Report } from '../../../forwarder/lookup/lookup-result.js';

/**
 * Replies written from the published pages about the portal's API, not captured: they show the shape,
 * with every documented key that a field is made of. They are the examples of docs/reference/lookup-fields.md.
 */
const zoneNames = ['Red', 'Orange', 'Yellow', 'Green', 'Grey'];

function inZones(row: (zone: string) => Record<string, unknown>): readonly unknown[] {
  return zoneNames.map((zone) => ({ ...row(zone.toLowerCase()), Zone: zone }));
}

/** An MD5 that differs from zone to zone. */
function md5(zone: string, lead: string): string {
  return Buffer.from(`${lead}${zone}`).toString('hex').toUpperCase().padEnd(32, '0');
}

const times = { FirstSeen: '2019-03-01T08:00Z', LastSeen: '2020-07-13T14:35Z' };

const LicenseInfo = {
  AccessType: 'Commercial',
  DayRequests: 42,
  DayQuota: 1000,
  TokenExpirationDate: null,
};

const whoIs = {
  DomainName: 'example.com',
  Created: '2010-01-01T00:00Z',
  Updated: '2019-01-01T00:00Z',
  Expires: '2030-01-01T00:00Z',
  DomainStatus: ['clientTransferProhibited https://icann.org/epp#clientTransferProhibited'],
  NameServers: ['ns1.example.com', 'ns2.example.com'],
  RegistrationOrganization: 'Example Organization',
  Registrar: { Info: 'Example Registrar', IanaId: '1068', Email: 'abuse@registrar.example' },
  Contacts: [
    {
      ContactType: 'registrant',
      Name: 'Jane Doe',
      Organization: 'Example Ltd',
      Address: '1 Example Street',
      City: 'Exampleton',
      State: 'EX',
      PostalCode: '12345',
      CountryCode: 'GB',
      Phone: '+44.2079460000',
      Fax: '+44.2079460001',
      Email: 'jane@example.com',
    },
    { ContactType: 'technical', Name: 'John Roe', Email: 'tech@example.com' },
  ],
};

const urlSections = {
  UrlReferrals: inZones((zone) => ({ Url: `${zone}.example/from` })),
  UrlReferredTo: inZones((zone) => ({ Url: `${zone}.example/to` })),
  DomainDnsResolutions: zoneNames.map((Zone, at) => ({
    Ip: `192.0.2.${at + 1}`,
    Zone,
    HitsCount: 10,
    ...times,
  })),
  FilesAccessed: inZones((zone) => ({ Md5: md5(zone, 'a-'), Url: 'example.com/a', ...times })),
  FilesDownloaded: inZones((zone) => ({ Md5: md5(zone, 'd-'), Url: 'example.com/d', ...times })),
};

const hash = {
  Zone: 'Red',
  LicenseInfo,
  FileGeneralInfo: {
    Md5: 'FEAF2058298C1E174C2B79AFFC7CF4DF',
    Sha1: 'D01D17F6B13C7255A234F558ED85078EA5DD3F3D',
    Sha256: '4CA914C9791CF2BF2AC69F9A2B21006F0361E247F2CE92F0A9F166DBC6B43670',
    FirstSeen: '2015-07-10T23:53Z',
    LastSeen: '2020-07-13T14:35Z',
    Signer: 'Example Ltd',
    Packer: 'UPX',
    Size: 1989,
    Type: 'Text',
    HitsCount: 1000,
    HasApt: false,
    RelatedAptReports: [],
  },
  DetectionsInfo: [
    {
      LastDetectDate: '2020-07-13T14:35Z',
      DescriptionUrl: 'https://threats.kaspersky.com/en/threat/HEUR:Trojan.Win32.Generic',
      Zone: 'Red',
      DetectionName: 'HEUR:Trojan.Win32.Generic',
      DetectionMethod: 'HEUR',
    },
  ],
  FileNames: [{ FileName: 'test.exe', HitsCount: 10, ...times }],
  FileAccessedUrls: inZones((zone) => ({ Url: `${zone}.example/x`, Domain: `${zone}.example` })),
};

const ip = {
  Zone: 'Red',
  LicenseInfo,
  IpGeneralInfo: {
    Ip: '192.0.2.1',
    Status: 'known',
    CountryCode: 'RU',
    HitsCount: 10,
    FirstSeen: '2017-01-01T00:00Z',
    ThreatScore: 75,
    Categories: ['CATEGORY_BOTNET_CNC'],
    CategoriesWithZone: [{ Name: 'CATEGORY_BOTNET_CNC', Zone: 'Red' }],
    HasApt: false,
    RelatedAptReports: [],
  },
  IpWhoIs: {
    Asn: [{ Number: 64496, Description: ['EXAMPLE-AS'] }],
    Net: {
      RangeStart: '192.0.2.0',
      RangeEnd: '192.0.2.255',
      Created: '2010-01-01T00:00Z',
      Changed: '2011-01-01T00:00Z',
      Name: 'TEST-NET-1',
      Description: 'Documentation',
    },
    Contacts: [
      {
        Role: 'owner',
        Name: 'Example Network',
        Address: '1 Example Street',
        Email: 'noc@example.net',
        Fax: '+44.2079460001',
        Phone: '+44.2079460000',
        OrganizationId: 'ORG-EX1-RIPE',
      },
    ],
  },
  IpDnsResolutions: [
    { Domain: 'example.com', Zone: 'Grey', Categories: ['CATEGORY_MALWARE'], ...times },
  ],
  HostedUrls: [{ Url: 'example.com/a', Zone: 'Red', ...times }],
  FilesDownloadedFromIp: inZones((zone) => ({ Md5: md5(zone, 'i-'), ...times })),
};

const domain = {
  Zone: 'Red',
  LicenseInfo,
  DomainGeneralInfo: {
    Domain: 'example.com',
    FilesCount: 2,
    UrlsCount: 3,
    HitsCount: 10,
    Ipv4Count: 5,
    Categories: ['CATEGORY_PHISHING'],
    CategoriesWithZone: [{ Name: 'CATEGORY_PHISHING', Zone: 'Red' }],
    HasApt: false,
    RelatedAptReports: [],
  },
  DomainWhoIsInfo: whoIs,
  Subdomains: inZones((zone) => ({ Subdomain: `${zone}.example.com`, FilesCount: 4 })),
  ...urlSections,
};

const url = {
  Zone: 'Red',
  LicenseInfo,
  UrlGeneralInfo: {
    Url: 'example.com/x',
    Host: 'example.com',
    Ipv4Count: 5,
    FilesCount: 2,
    Categories: ['CATEGORY_OTHER'],
    CategoriesWithZone: [{ Name: 'CATEGORY_OTHER', Zone: 'Yellow' }],
    HasApt: true,
    RelatedAptReports: [{ Id: 'apt-1', Title: 'An example' }],
  },
  UrlDomainWhoIs: whoIs,
  ...urlSections,
};

/** A whole reply for each kind. */
export const wholeReplies: Readonly<Record<LookupKind, Report>> = { hash, ip, domain, url };
