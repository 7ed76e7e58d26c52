import { describe, expect, test } from '@jest/globals';

import { fieldsBy, given } from './given.js';

const zoned = (rows: readonly (readonly [zone: unknown, key: string, value: unknown])[]) =>
  rows.map(([Zone, key, value]) => ({ Zone, [key]: value }));

describe('names of keys that the portal has changed', () => {
  const net = (Net: unknown) => fieldsBy('get_ip_report', { IpWhoIs: { Net } });

  test('the range of a network, old and new', () => {
    const old = { StartIp: '192.0.2.0', EndIp: '192.0.2.127' };
    const today = { RangeStart: '198.51.100.0', RangeEnd: '198.51.100.255' };
    expect(net(old)).toEqual({ KLIPRange: '192.0.2.0-192.0.2.127' });
    expect(net(today)).toEqual({ KLIPRange: '198.51.100.0-198.51.100.255' });
    expect(net({ ...old, ...today })).toEqual({ KLIPRange: '198.51.100.0-198.51.100.255' });
  });

  test('two halves of a range are no range, and never of two names', () => {
    expect(net({ StartIp: '192.0.2.0' })).toEqual({});
    expect(net({ RangeStart: '192.0.2.0', EndIp: '192.0.2.127' })).toEqual({});
    expect(net({ RangeStart: '192.0.2.0', RangeEnd: null, StartIp: 'a', EndIp: 'b' })).toEqual({
      KLIPRange: 'a-b',
    });
  });

  test('autonomous systems, old and new, in one list', () => {
    const Asn = [
      { Origin: 'AS64500', Description: 'OLD-AS' },
      { Number: 64501, Origin: 'AS64501', Description: ['NEW-AS', 'OTHER'] },
      { Number: null, Origin: 'AS64502', Description: null },
    ];
    expect(fieldsBy('get_ip_report', { IpWhoIs: { Asn } })).toEqual({
      KLASN: ['AS64500', 64501, 'AS64502'],
      KLASDescription: ['OLD-AS', 'NEW-AS', 'OTHER'],
    });
  });

  test('names of a file, old and new', () => {
    const FileNames = [{ FileNames: 'old.exe' }, { FileName: 'new.exe' }, { FileName: null }];
    expect(fieldsBy('get_hash_report', { FileNames })).toEqual({
      KLFileNames: ['old.exe', 'new.exe'],
    });
  });

  test('files of subdomains: the sum of the rows, or the number of the one object', () => {
    const rows = [{ FilesCount: 2 }, { FilesCount: null }, { FilesCount: '9' }, { FilesCount: 3 }];
    const count = (Subdomains: unknown) => fieldsBy('get_domain_report', { Subdomains });
    expect(count(rows)).toEqual({ KLSubdomainsFilesCount: 5 });
    expect(count([{ FilesCount: 0 }])).toEqual({ KLSubdomainsFilesCount: 0 });
    expect(count({ FilesCount: 7 })).toEqual({ KLSubdomainsFilesCount: 7 });
    expect(count([{ FilesCount: 1e308 }, { FilesCount: 1e308 }])).toEqual({});
  });
});

describe('lists', () => {
  test('an entry is given once, at its first place', () => {
    const HostedUrls = ['b', 'a', 'b', 'c', 'a'].map((Url) => ({ Url }));
    expect(fieldsBy('get_ip_report_file', { HostedUrls })).toEqual({
      KLHostedURL: ['b', 'a', 'c'],
    });
    const DomainGeneralInfo = { Categories: ['X', 'Y', 'X'] };
    expect(fieldsBy('get_domain_report', { DomainGeneralInfo })).toEqual({
      KLCategories: ['X', 'Y'],
    });
  });

  test('categories of resolutions are one list', () => {
    const IpDnsResolutions = [
      { Categories: ['A', 'B'] },
      { Categories: [] },
      { Categories: ['B', 'C', null, 7] },
    ];
    expect(fieldsBy('get_ip_report', { IpDnsResolutions })).toEqual({
      KLIPDNSResolustionsCategories: ['A', 'B', 'C'],
      KLIPDNSResolutionsCategories: ['A', 'B', 'C'],
    });
  });

  test.each([
    ['get_domain_report', 'DomainDnsResolutions', 'Ip', 'KLRedDomainDnsResolutionsIP', true],
    ['get_domain_report_dnsresolution', 'DomainDnsResolutions', 'Ip', 'KLMalwareStatusIP', false],
    ['get_url_report', 'DomainDnsResolutions', 'Ip', 'KLRedIPResoutions', false],
    ['get_url_report_file', 'FilesDownloaded', 'Md5', 'KLRedFileDownloadedMd5', true],
    ['get_url_report_file', 'FilesAccessed', 'Md5', 'KLRedFileAccessedMd5', false],
    ['get_domain_report_file', 'FilesDownloaded', 'Md5', 'KLRedFileDownloadedMd5', false],
    ['get_domain_report', 'Subdomains', 'Subdomain', 'KLRedSubdomains', false],
  ])('%s %s: repeated entries', (name, section, key, field, isKept) => {
    const rows = zoned(['a', 'b', 'a'].map((value) => ['Red', key, value] as const));
    const found = fieldsBy(name, { [section]: rows });
    expect(found[field]).toEqual(isKept ? ['a', 'b', 'a'] : ['a', 'b']);
  });

  test('a row of no zone, or of one nobody knows, is in no list by zone', () => {
    const Subdomains = zoned([
      [undefined, 'Subdomain', 'a'],
      [null, 'Subdomain', 'b'],
      ['red', 'Subdomain', 'c'],
      ['__proto__', 'Subdomain', 'd'],
      [['Red'], 'Subdomain', 'e'],
      ['Orange', 'Subdomain', 'f'],
    ]);
    expect(fieldsBy('get_domain_report', { Subdomains })).toEqual({ KLOrangeSubdomains: ['f'] });
  });

  test('what is no text among texts is passed over', () => {
    const DetectionsInfo = [
      { DetectionName: 'A', DescriptionUrl: null },
      { DetectionName: 7, DescriptionUrl: 'u' },
      null,
      'x',
      [{ DetectionName: 'nested' }],
    ];
    expect(fieldsBy('get_hash_report', { DetectionsInfo })).toEqual({
      KLDetectionNames: ['A'],
      KLDescriptionURL: ['u'],
    });
  });

  test('10,000 rows are read', () => {
    const HostedUrls = Array.from({ length: 10_050 }, (_, at) => ({ Url: `u${at}` }));
    const [[, list] = []] = given('get_ip_report_file', { HostedUrls });
    expect(list).toHaveLength(10_000);
  });
});

describe('contacts', () => {
  const contacts = (rows: readonly unknown[]) =>
    fieldsBy('get_ip_report', { IpWhoIs: { Contacts: rows } });

  test('each role has its own fields', () => {
    expect(
      contacts([
        { Role: 'OWNER', Name: 'One', Email: null },
        { Role: 'technical-contact', Name: 'Two', Phone: 12 },
        { Role: 'abuse (role) 2', Email: 'x@example.com', Country: 'GB' },
      ]),
    ).toEqual({
      KLOwnerName: 'One',
      KLTechnicalContactName: 'Two',
      KLTechnicalContactPhone: 12,
      KLAbuseRole2Email: 'x@example.com',
    });
  });

  test('several of one role: their different values; one value is no list', () => {
    expect(
      contacts([
        { Role: 'tech', Name: 'One', Phone: '1' },
        { Role: 'Tech', Name: 'Two', Phone: '1', Address: ['Street', 'Town'] },
      ]),
    ).toEqual({ KLTechAddress: ['Street', 'Town'], KLTechName: ['One', 'Two'], KLTechPhone: '1' });
  });

  test.each([undefined, null, 7, '', ' ', '***', 'Владелец', ['owner'], 'r'.repeat(41)])(
    'a role %p is none',
    (Role) => {
      expect(contacts([{ Role, Name: 'One' }])).toEqual({});
    },
  );

  test('a contact never takes a name that has a meaning of its own', () => {
    const DomainWhoIsInfo = {
      DomainName: null,
      Registrar: { Email: 'abuse@registrar.example' },
      Contacts: [
        { ContactType: 'registrar', Email: 'somebody@example.com', Phone: '1' },
        { ContactType: 'domain', Name: 'Somebody' },
        { ContactType: 'registration', Organization: 'Something' },
      ],
    };
    for (const name of ['get_domain_report', 'get_domain_report_whois']) {
      expect(fieldsBy(name, { DomainWhoIsInfo })).toEqual({
        KLRegistrarEmail: 'abuse@registrar.example',
        KLRegistrarPhone: '1',
      });
    }
  });

  test('20 roles are read, and all contacts of them', () => {
    const rows = Array.from({ length: 30 }, (_, at) => ({ Role: `r${at}`, Name: `n${at}` }));
    const found = contacts([...rows, { Role: 'r0', Email: 'late@example.com' }]);
    expect(Object.keys(found)).toHaveLength(21);
    expect(found).toMatchObject({ KLR19Name: 'n19', KLR0Email: 'late@example.com' });
  });
});

describe('text of the portal', () => {
  test('stays as it is, line breaks and all', () => {
    const Description = 'Line one\r\nLine two\t| = \\ \u0000 "quoted" ';
    const fields = fieldsBy('get_ip_report', {
      IpWhoIs: { Net: { Description }, Contacts: [{ Role: 'o\r\nwner', Address: 'a\r\nb' }] },
    });
    expect(fields).toEqual({ KLNetDescription: Description, KLOWnerAddress: 'a\r\nb' });
  });

  test('inherited names are not read', () => {
    const inherited = Object.create({ Zone: 'Red', HostedUrls: [{ Url: 'x' }] }) as object;
    expect(fieldsBy('get_hash_report', { ...inherited })).toEqual({});
    expect(given('get_hash_report', inherited as never)).toEqual([]);
    const reply = JSON.parse(
      '{"__proto__":{"Zone":"Red"},"IpWhoIs":{"__proto__":{"Net":{"Name":"x"}},"Contacts":[{"Role":"__proto__","Name":"n"}]}}',
    ) as never;
    expect(given('get_ip_report', reply)).toEqual([['KLProtoName', 'n']]);
  });
});
