import { join } from 'node:path';

import { ServiceError } from '../../core/index.js';
import { findConfigFile, type ConfigFile } from '../find-file.js';
import { readFeedInfo, type FeedInfo } from './feed-info.js';
import type { ImportFault } from './report.js';

/** Where kl_feed_info.conf is, seen from kl_feed_service.conf. */
const infoPlaces = ['kl_feed_info.conf', '../httpsrv/etc/kl_feed_info.conf'] as const;

/** Reads a file of CyberTrace. Throws ServiceError TF_CONFIG, as findConfigFile. */
export async function readImported(file: string, cwd: string): Promise<ConfigFile> {
  try {
    const found = await findConfigFile(file, cwd);
    if (found !== undefined) return found;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ServiceError('TF_CONFIG', error.message.replace('the configuration', 'the file'), {
      where: file,
      hint: 'name kl_feed_service.conf of CyberTrace, in UTF-8',
      cause: error,
    });
  }
  throw new ServiceError('TF_CONFIG', 'there is no such file', { where: file });
}

/** What the kl_feed_info.conf beside a configuration says; undefined when there is none. */
export async function infoBeside({
  directory,
  shownPath,
}: ConfigFile): Promise<{ readonly info: FeedInfo } | { readonly fault: ImportFault } | undefined> {
  const shownDirectory = shownPath.slice(0, Math.max(0, shownPath.lastIndexOf('/') + 1));
  for (const place of infoPlaces) {
    let file: ConfigFile | undefined;
    try {
      file = await findConfigFile(join(directory, place), '.');
    } catch {
      continue;
    }
    if (file !== undefined) return readFeedInfo(file.text, `${shownDirectory}${place}`);
  }
  return undefined;
}
