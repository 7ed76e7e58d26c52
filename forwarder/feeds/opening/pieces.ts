import { basename } from 'node:path';
import { ServiceError } from '../../core/index.js';
import { openFeedFile, type OpenFileOptions } from './open-feed-file.js';
import { refusePickleName } from './packing.js';
import { requireUnchanged } from './read-opened.js';
import { unpacked, type UnpackOptions } from './unpack.js';

export interface PiecesOptions extends OpenFileOptions, Omit<UnpackOptions, 'member'> {
  /** The feed's name, by which its file is found in a zip archive; default: the file's name to its first dot. */
  readonly member?: string | undefined;
}

/**
 * The content of a feed's file from its start, unpacked, in pieces that belong to the caller and in
 * bounded memory. gzip, zip, and gzip in zip are known by their first bytes. `onProgress` counts
 * bytes of the file, not of what they unpack to.
 *
 * Throws ServiceError TF_FEED when the file may not or cannot be opened (see openFeedFile), is packed
 * otherwise, is damaged, unpacks to more than the limits, or was written while it was read
 * (retryable): nothing of what came until then may be used. An aborted `signal` ends it with the
 * signal's reason.
 */
export async function* piecesOf(
  path: string,
  options: PiecesOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  refusePickleName(path);
  const opened = await openFeedFile(path, options);
  try {
    const member = options.member ?? basename(path).replace(/(?<=.)\..*$/s, '');
    for await (const piece of unpacked(opened, { ...options, member })) {
      // Here too: a small file is read as a whole long before all of it is unpacked.
      options.signal?.throwIfAborted();
      yield piece;
    }
    await requireUnchanged(opened);
  } catch (error) {
    options.signal?.throwIfAborted();
    // It may seem damaged because it is two versions in one: then that is what to say.
    if (error instanceof ServiceError && !error.retryable) await requireUnchanged(opened);
    throw error;
  } finally {
    await opened.close();
  }
}

/**
 * The first bytes of a feed's content, unpacked, by which its format is recognised; fewer than
 * `bytes` only where there are no more. Throws as piecesOf() does.
 */
export async function startOf(
  path: string,
  bytes = 4096,
  options: PiecesOptions = {},
): Promise<Buffer> {
  const held: Uint8Array[] = [];
  let length = 0;
  for await (const piece of piecesOf(path, options)) {
    held.push(piece);
    length += piece.length;
    if (length >= bytes) break;
  }
  return Buffer.concat(held).subarray(0, bytes);
}
