import { byZone } from './by-zone.js';
import type { FunctionDefinition } from './definition.js';
import { column, value } from './field.js';

const general = 'FileGeneralInfo';

/** The functions for file hashes. */
export const hashFunctions: readonly FunctionDefinition[] = [
  {
    name: 'get_hash_report',
    kind: 'hash',
    sections: 'all',
    fields: [
      value('KLHits', general, 'HitsCount', 'number'),
      value('KLFirstSeen', general, 'FirstSeen'),
      value('KLLastSeen', general, 'LastSeen'),
      value('KLMd5', general, 'Md5'),
      value('KLSha1', general, 'Sha1'),
      value('KLSha256', general, 'Sha256'),
      value('KLFormat', general, 'Type'),
      value('KLSize', general, 'Size', 'number'),
      value('KLSigner', general, 'Signer'),
      value('KLPacker', general, 'Packer'),
      column('KLDetectionNames', 'DetectionsInfo', 'DetectionName'),
      column('KLDescriptionURL', 'DetectionsInfo', 'DescriptionUrl'),
      // The plugin reads FileNames, the portal says FileName: the plugin's field is always empty.
      column('KLFileNames', 'FileNames', ['FileName', 'FileNames']),
      value('KLZone', '', 'Zone'),
      ...byZone('FileAccessedUrls', 'Url', (zone) =>
        zone === 'Yellow'
          ? { name: 'KLYellowFileAccesedURL', alias: 'KLYellowFileAccessedURL' }
          : `KL${zone}FileAccessedURL`,
      ),
      ...byZone('FileAccessedUrls', 'Domain', (zone) =>
        zone === 'Yellow'
          ? { name: 'KLYellowFileAccesedDomain', alias: 'KLYellowFileAccessedDomain' }
          : `KL${zone}FileAccessedDomain`,
      ),
    ],
  },
];
