import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { messageOf, ServiceError } from '../../core/index.js';
import type { OpenedFile } from './open-feed-file.js';
import type { ReadOptions } from './read-opened.js';
import { chooseMember, type ZipMember } from './zip-member.js';
import { ZipReader } from './zip-reader.js';

/** More than any archive of feeds has; each one's name is kept while the list is read. */
const mostMembers = 10_000;

/**
 * Unpacks one member of a zip archive (ZIP64 included); `feedName` says which, where there are
 * several (see chooseMember). Nothing is written to the disk. Throws ServiceError TF_FEED for an
 * archive that is damaged, encrypted or packed in a way that is not known, and when a size or check
 * sum is wrong.
 */
export async function* unzipped(
  opened: OpenedFile,
  feedName: string,
  { onProgress, signal }: ReadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { path } = opened;
  const reader = new ZipReader(opened, signal);
  try {
    const zip = await yauzl.fromRandomAccessReaderPromise(reader, opened.sizeBytes, {
      autoClose: false,
      // The library refuses names such as ../x, which do no harm here.
      decodeStrings: false,
    });
    const member = chooseMember(await membersOf(zip, path), feedName, path);
    requireReadable(member, path);
    const stream = await zip.openReadStreamPromise(member.entry);
    const from = reader.bytesRead;
    let sum = 0;
    for await (const piece of stream as AsyncIterable<Buffer>) {
      sum = crc32(piece, sum);
      onProgress?.(Math.min(reader.bytesRead - from, opened.sizeBytes));
      yield piece;
    }
    if (sum !== member.entry.crc32) throw new Error('its check sum is wrong');
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof ServiceError ? error : damaged(error, path);
  }
  onProgress?.(opened.sizeBytes);
}

interface Member extends ZipMember {
  readonly entry: Entry;
}

async function membersOf(zip: ZipFile, path: string): Promise<readonly Member[]> {
  const members: Member[] = [];
  for await (const entry of zip.eachEntry()) {
    const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
    const fileName = yauzl.getFileNameLowLevel(
      generalPurposeBitFlag,
      fileNameRaw,
      extraFields,
      false,
    );
    members.push({ fileName, entry });
    if (members.length <= mostMembers) continue;
    throw new ServiceError('TF_FEED', `The zip archive of the feed holds too many files.`, {
      where: path,
      hint: `Pack the file of the feed alone; ${mostMembers} files are the most that are looked at.`,
    });
  }
  return members;
}

function requireReadable({ fileName, entry }: Member, path: string): void {
  const fault = entry.isEncrypted()
    ? 'is encrypted'
    : entry.canDecodeFileData()
      ? undefined
      : `is packed by method ${entry.compressionMethod}, which is not known here`;
  if (fault === undefined) return;
  throw new ServiceError('TF_FEED', `${JSON.stringify(fileName)} in the zip archive ${fault}.`, {
    where: path,
    hint: 'Unpack the file, or pack it with gzip.',
  });
}

function damaged(cause: unknown, path: string): ServiceError {
  const reason = messageOf(cause);
  return new ServiceError('TF_FEED', `The zip archive of the feed is damaged: ${reason}.`, {
    where: path,
    hint: 'Fetch or pack the file again; nothing of it is used.',
    cause,
  });
}
