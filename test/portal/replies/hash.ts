import { classification, type SectionsByName, shared } from './common.js';
import type { Seed } from './seed.js';

/** What the portal says about a file. */
export function hashSections(seed: Seed): SectionsByName {
  const given = seed.value.toUpperCase();
  const digest = (name: string, length: number): string =>
    given.length === length ? given : seed.hex(name, length);
  const isKnown = seed.zone !== 'Grey';
  return {
    Zone: seed.zone,
    FileGeneralInfo: {
      Md5: digest('md5', 32),
      Sha1: digest('sha1', 40),
      Sha256: digest('sha256', 64),
      ...seed.seen('file'),
      Signer: seed.number('signer', 2) === 0 ? null : 'Example, Inc.',
      SignerZone: null,
      SignerStatus: null,
      Packer: isKnown ? 'UPX' : null,
      Size: isKnown ? seed.number('size', 5_000_000) : null,
      Type: isKnown ? 'elf.64.le' : null,
      HitsCount: seed.number('hits', 100_000),
      ...classification(seed),
    },
    DetectionsInfo:
      seed.zone === 'Red' || seed.zone === 'Yellow'
        ? ['Trojan.Linux.Example.a', 'not-a-virus:HEUR:RiskTool.Linux.Example'].map(
            (DetectionName, index) => ({
              LastDetectDate: seed.time(`detection ${index}`),
              DescriptionUrl:
                index === 0 ? `https://threats.kaspersky.com/en/threat/${DetectionName}` : null,
              Zone: index === 0 ? 'Red' : 'Yellow',
              DetectionName,
              DetectionMethod: 'HEUR',
            }),
          )
        : [],
    FileNames: seed.rows('FileNames', (index) => ({
      FileName: `file ${index}, "${seed.hex('name', 4)}".exe`,
      HitsCount: 10 ** index,
    })),
    FileDownloadedFromUrls: fileUrls(seed, 'FileDownloadedFromUrls'),
    FileAccessedUrls: fileUrls(seed, 'FileAccessedUrls'),
    FileParentCertificates: [],
    ...shared(seed),
  };
}

function fileUrls(seed: Seed, name: string) {
  return seed.rows(name, (index) => ({
    Url: `site-${index}.example/${name.toLowerCase()}/${seed.hex(name, 6)}`,
    Domain: `site-${index}.example`,
    ...seed.seen(`${name} ${index}`),
  }));
}
