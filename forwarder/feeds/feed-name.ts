import { basename, extname } from 'node:path';
import { ServiceError } from '../core/index.js';

const legalName = /^[A-Za-z0-9_-]{1,100}$/;

/** A feed's configured name, checked. Throws ServiceError TF_FEED. */
export function checkedName(name: string, where: string): string {
  if (legalName.test(name)) return name;
  throw new ServiceError('TF_FEED', `"${name}" cannot be the name of a feed.`, {
    where,
    hint: 'Use up to 100 letters, digits, _ and -.',
  });
}

/**
 * The name of a feed by its file: `feeds/Malicious_URL_Data_Feed.json` → `Malicious_URL_Data_Feed`.
 * `.gz` and `.zip` after that do not count; characters that a name may not have become `_`. Throws ServiceError TF_FEED when nothing is left.
 */
export function nameOfFile(path: string): string {
  const file = basename(path).replace(/(?<=.)\.(?:gz|zip)$/i, '');
  const stem = basename(file, extname(file));
  const name = stem.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 100);
  if (/[A-Za-z0-9]/.test(name)) return name;
  throw new ServiceError('TF_FEED', 'No name for the feed can be made from its file name.', {
    where: path,
    hint: "Set name in the feed's entry.",
  });
}
