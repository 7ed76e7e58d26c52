import { BlockList, isIP } from 'node:net';

import { classification, type SectionsByName, shared } from './common.js';
import type { Seed } from './seed.js';

/** Addresses the portal has next to nothing on. Those for documentation are not among them: tests need some. */
const reserved = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const) {
  reserved.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  reserved.addSubnet(net, bits, 'ipv6');
}

export function isReserved(address: string): boolean {
  return reserved.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** What the portal says about an address. Of reserved ones: Zone, IpGeneralInfo and IpWhoIs only. */
export function ipSections(seed: Seed): SectionsByName {
  const whoIs = { IpWhoIs: ipWhoIs(seed) };
  if (isReserved(seed.value)) {
    return {
      Zone: 'Grey',
      IpGeneralInfo: {
        ...{ Ip: seed.value, Status: 'reserved', CountryCode: null, HitsCount: 0 },
        ...{ FirstSeen: null, ThreatScore: 0, Categories: [], CategoriesWithZone: [] },
        ...{ HasApt: false, RelatedAptReports: [] },
      },
      ...whoIs,
    };
  }
  const isKnown = seed.zone !== 'Grey';
  return {
    Zone: seed.zone,
    IpGeneralInfo: {
      Ip: seed.value,
      Status: isKnown ? 'known' : 'NoInfo',
      CountryCode: isKnown ? 'NL' : null,
      HitsCount: isKnown ? seed.number('hits', 10_000) : 0,
      FirstSeen: isKnown ? seed.time('first seen') : null,
      ThreatScore: threatScore(seed),
      ...classification(seed),
    },
    FilesDownloadedFromIp: seed.rows('FilesDownloadedFromIp', (index) => ({
      Md5: seed.hex(`file ${index}`, 32),
      Url: `${seed.value}/file-${index}`,
      ...seed.seen(`file ${index}`),
    })),
    HostedUrls: seed.rows('HostedUrls', (index) => ({
      Url: `${seed.value}/${seed.hex('path', 4)}/${index}`,
      ...seed.seen(`hosted ${index}`),
    })),
    ...whoIs,
    IpDnsResolutions: seed.rows('IpDnsResolutions', (index) => ({
      Domain: `name-${index}.${seed.hex('domain', 4).toLowerCase()}.example`,
      Categories: index % 2 === 0 ? [] : ['CATEGORY_MALWARE'],
      ...seed.seen(`name ${index}`),
    })),
    ...shared(seed),
  };
}

/** 75 and above is Red, 50 to 74 not trusted: Orange. */
function threatScore(seed: Seed): number {
  const score = seed.number('score', 25);
  if (seed.zone === 'Red') return 75 + score;
  return seed.zone === 'Orange' ? 50 + score : score;
}

function ipWhoIs(seed: Seed) {
  const contact = (role: string) => ({
    Role: role,
    Name: role === 'tech-c' ? null : `Contact ${seed.hex(role, 6)}`,
    OrganizationId: `ORG-${seed.hex(role, 4)}`,
    Address: 'Example Street 1\r\n1000 Example',
    Phone: '+31.200000000',
    Fax: null,
    Email: `${role.toLowerCase()}@net.example`,
  });
  return {
    Asn: [
      { Number: 64_496 + seed.number('asn', 15), Description: ['EXAMPLE-AS'] },
      { Number: 64_511, Description: [] },
    ],
    Net: {
      RangeStart: seed.value,
      RangeEnd: seed.value,
      Created: seed.time('net created'),
      Changed: seed.time('net changed'),
      Name: 'EXAMPLE-NET',
      // With line breaks in it, as replies of the portals have.
      Description: 'An example,\r\nand its "second" line\tof text = 1',
    },
    Contacts: ['owner', 'tech-c', 'ABUSE'].map(contact),
  };
}
