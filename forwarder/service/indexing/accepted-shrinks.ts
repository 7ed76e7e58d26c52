import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { FeedFile } from '../../feeds/index.js';
import { replaceText } from './replace-text.js';

/** Versions of feeds that somebody has looked at and that may be smaller, by name. */
type Accepted = Readonly<
  Record<string, { readonly sizeBytes: number; readonly modifiedAtMs: number }>
>;

type Version = Pick<FeedFile, 'info' | 'sizeBytes' | 'modifiedAtMs'>;

const fileName = 'accepted.json';

/** Names of the feeds whose very version was accepted with less than half of the records before. */
export function acceptedShrinks(directory: string, files: readonly Version[]): readonly string[] {
  const accepted = readAccepted(directory);
  return files
    .filter(({ info, sizeBytes, modifiedAtMs }) => {
      const version = Object.hasOwn(accepted, info.name) ? accepted[info.name] : undefined;
      return version?.sizeBytes === sizeBytes && version.modifiedAtMs === modifiedAtMs;
    })
    .map(({ info }) => info.name);
}

/** Accepts a version; the next load takes it. Throws what the system says. */
export function acceptShrink(directory: string, { info, sizeBytes, modifiedAtMs }: Version): void {
  const accepted = { ...readAccepted(directory), [info.name]: { sizeBytes, modifiedAtMs } };
  replaceText(join(directory, fileName), `${JSON.stringify(accepted)}\n`);
}

/** What cannot be read accepts nothing. */
function readAccepted(directory: string): Accepted {
  try {
    const value: unknown = JSON.parse(readFileSync(join(directory, fileName), 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Accepted) : {};
  } catch {
    return {};
  }
}
