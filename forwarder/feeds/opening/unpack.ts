import { ServiceError } from '../../core/index.js';
import { gunzipped } from './gunzip.js';
import type { OpenedFile } from './open-feed-file.js';
import { packingOf, recognisedBytes, refuseUnreadable } from './packing.js';
import { readOpened, readRange, type ReadOptions } from './read-opened.js';
import { defaultUnpacking, limited, type UnpackingLimits } from './unpacking-limits.js';
import { unzipped } from './unzip.js';
import { withStart } from './with-start.js';

export interface UnpackOptions extends ReadOptions {
  readonly unpacking?: UnpackingLimits | undefined;
  /** The feed's name, by which its file is found in a zip archive. */
  readonly member: string;
}

type Pieces = AsyncIterable<Uint8Array>;

/** The content of an open file, unpacked as its first bytes say: gzip, zip, or gzip in zip. */
export async function* unpacked(
  opened: OpenedFile,
  { unpacking = defaultUnpacking, member, onProgress, signal }: UnpackOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { path } = opened;
  let packedBytes = 0;
  const reading: ReadOptions = {
    signal,
    onProgress(bytesOfFile) {
      packedBytes = bytesOfFile;
      onProgress?.(bytesOfFile);
    },
  };
  const inLimits = (pieces: Pieces): Pieces => limited(pieces, unpacking, () => packedBytes, path);
  const start = await startOfFile(opened);
  switch (packingOf(start)) {
    case 'none':
      refuseUnreadable(start, path);
      yield* readOpened(opened, reading);
      return;
    case 'gzip':
      yield* plain(inLimits(gunzipped(readOpened(opened, reading), path)), path);
      return;
    case 'zip':
      yield* withStart(inLimits(unzipped(opened, member, reading)), recognisedBytes, (first, all) =>
        plain(packingOf(first) === 'gzip' ? inLimits(gunzipped(all, path)) : all, path),
      );
  }
}

/** Passes on what is not packed any more, and refuses what still is. */
function plain(pieces: Pieces, path: string): Pieces {
  return withStart(pieces, recognisedBytes, (start, all) => {
    refuseUnreadable(start, path);
    if (packingOf(start) === 'none') return all;
    throw new ServiceError('TF_FEED', 'The feed is packed more than once.', {
      where: path,
      hint: 'Unpack it once; only gzip in zip is unpacked in one go.',
    });
  });
}

async function startOfFile(opened: OpenedFile): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of readRange(opened, 0, Math.min(recognisedBytes, opened.sizeBytes))) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
