import { ServiceError } from '../core/index.js';
import type { UnpackingLimits } from './opening/unpacking-limits.js';
import { startOf } from './opening/pieces.js';
import type { FeedReader } from './formats/format.js';
import { feedFormats } from './formats/index.js';
import { isMispHashes, isMispManifest } from './formats/misp/manifest.js';

const startBytes = 4096;

export interface StartOptions {
  readonly member: string;
  readonly unpacking?: UnpackingLimits | undefined;
}

/** The format a configuration names. Throws ServiceError TF_FEED when there is none of that name. */
export function formatNamed(name: string, where: string): FeedReader {
  const format = feedFormats.find((candidate) => candidate.name === name);
  if (format !== undefined) return format;
  throw new ServiceError('TF_FEED', `There is no feed format "${name}".`, {
    where,
    hint: `Known formats: ${feedFormats.map((known) => known.name).join(', ')}. Leave format out to have it recognised.`,
  });
}

/**
 * The format of a file, by its first bytes, unpacked; `member` is the feed's name, by which its file
 * is found in an archive. Throws ServiceError TF_FEED when it has none.
 */
export async function recogniseFormat(path: string, options: StartOptions): Promise<FeedReader> {
  const start = withoutLead(await startOf(path, startBytes, options));
  if (start.length === 0) {
    throw new ServiceError('TF_FEED', 'The feed is empty.', {
      where: path,
      hint: 'Fetch the file again; a feed without records is written as [], or as a list with a comment only.',
    });
  }
  if (isMispManifest(start) || isMispHashes(start)) {
    throw new ServiceError('TF_FEED', 'The file belongs to a MISP feed and is none by itself.', {
      where: path,
      hint: 'Name the folder that it is in: path: FOLDER.',
    });
  }
  const format = feedFormats.find((candidate) => candidate.recognises(start));
  if (format !== undefined) return format;
  throw new ServiceError(
    'TF_FEED',
    `The format of the feed is not known: it starts with ${excerpt(start)}.`,
    { where: path, hint: hintFor(start) },
  );
}

function hintFor(start: Buffer): string {
  if (isUtf16(start)) return 'Save the file as UTF-8 text.';
  return knownFormats();
}

function knownFormats(): string {
  const known = feedFormats.map(({ name }) => name).join(', ');
  return `Known formats: ${known}. Where the file is one of them all the same, set format in the feed's entry.`;
}

/** Without a UTF-8 byte order mark and leading blanks. */
function withoutLead(start: Buffer): Buffer {
  let at = start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? 3 : 0;
  while (at < start.length && [0x20, 0x09, 0x0a, 0x0d].includes(start[at] as number)) at += 1;
  return start.subarray(at);
}

function isUtf16(start: Buffer): boolean {
  return ['fffe', 'feff'].includes(start.toString('hex', 0, 2));
}

function excerpt(start: Buffer): string {
  return JSON.stringify(start.toString('latin1', 0, 20));
}
