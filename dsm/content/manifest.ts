import { createHash } from 'node:crypto';

import { catalogueReleasedAt, catalogueVersion } from '../events/version.js';
import { jsonFile } from './settings.js';
import type { BundleFile } from './settings.js';

export const manifestPath = 'manifest.json';

/** What the bundle is made of; every file but itself, with its length in bytes. */
export function manifestFile(files: readonly BundleFile[]): BundleFile {
  return jsonFile(manifestPath, {
    catalogueVersion,
    catalogueReleasedAt,
    files: files.map(({ path, content }) => {
      const bytes = Buffer.from(content);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { path, bytes: bytes.length, sha256 };
    }),
  });
}
