import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ServiceError } from '../../core/index.js';
import { isSystemError } from './cannot-read.js';

const pieceBytes = 262_144;

/**
 * Unpacks gzip, all members one after another (RFC 1952 §2.2), with their check sums. Throws
 * ServiceError TF_FEED for data that is damaged, ends too early, or is followed by anything else.
 */
export async function* gunzipped(
  packed: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const gunzip = createGunzip({ chunkSize: pieceBytes });
  let bytesGiven = 0;
  async function* counted(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of packed) {
      bytesGiven += piece.length;
      yield piece;
    }
  }
  const source = Readable.from(counted(), { objectMode: true, highWaterMark: 1 });
  // The error of either end comes out of the loop below.
  pipeline(source, gunzip, () => undefined);
  try {
    for await (const piece of gunzip as AsyncIterable<Buffer>) yield piece;
  } catch (error) {
    throw isSystemError(error) ? damaged(error, gunzip.bytesWritten, path) : error;
  } finally {
    source.destroy();
  }
  if (gunzip.bytesWritten < bytesGiven) {
    throw new ServiceError(
      'TF_FEED',
      `The gzip data of the feed ends at byte ${gunzip.bytesWritten}, and something follows.`,
      { where: path, hint: 'Fetch or pack the file again.' },
    );
  }
}

function damaged(cause: NodeJS.ErrnoException, at: number, path: string): ServiceError {
  const isCut = cause.code === 'Z_BUF_ERROR';
  return new ServiceError(
    'TF_FEED',
    isCut
      ? `The gzip data of the feed is cut short: it ends after byte ${at}.`
      : `The gzip data of the feed is damaged near byte ${at}: ${cause.message}.`,
    { where: path, hint: 'Fetch or pack the file again; nothing of it is used.', cause },
  );
}
