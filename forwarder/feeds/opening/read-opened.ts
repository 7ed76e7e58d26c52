import { ServiceError } from '../../core/index.js';
import { asReadError } from './cannot-read.js';
import type { OpenedFile } from './open-feed-file.js';

/** Told how much of the file is read, in bytes of the file: at its size all of it is read. */
export type FileProgress = (bytesOfFileRead: number) => void;

export interface ReadOptions {
  readonly onProgress?: FileProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

const pieceBytes = 262_144;

/**
 * The file's bytes from its start, in pieces that belong to the caller. Throws ServiceError TF_FEED,
 * retryable, at the end when the file was written while it was read: what was read is a mixture
 * then. One that was deleted or replaced by another file (rename) is read to its end as it was.
 */
export async function* readOpened(
  opened: OpenedFile,
  { onProgress, signal }: ReadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  let position = 0;
  for await (const piece of readRange(opened, 0, opened.sizeBytes, signal)) {
    position += piece.length;
    onProgress?.(position);
    yield piece;
  }
  await requireUnchanged(opened);
}

/** The bytes from `start` to before `end`; fewer when the file has become shorter. */
export async function* readRange(
  { handle, path }: OpenedFile,
  start: number,
  end: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  let position = start;
  while (position < end) {
    signal?.throwIfAborted();
    // Each piece its own: it may still be waiting in a stream when the next is read.
    const room = Buffer.allocUnsafe(Math.min(pieceBytes, end - position));
    const bytesRead = await readAt(handle, room, position, path);
    if (bytesRead === 0) return;
    position += bytesRead;
    signal?.throwIfAborted();
    yield room.subarray(0, bytesRead);
  }
}

async function readAt(
  handle: OpenedFile['handle'],
  into: Buffer,
  position: number,
  path: string,
): Promise<number> {
  try {
    return (await handle.read(into, 0, into.length, position)).bytesRead;
  } catch (error) {
    throw asReadError(error, path);
  }
}

/** Throws ServiceError TF_FEED, retryable, when the file was written since it was opened. */
export async function requireUnchanged(opened: OpenedFile): Promise<void> {
  const now = await statOf(opened);
  const { size, mtimeNs } = opened.stats;
  if (now.size === size && now.mtimeNs === mtimeNs) return;
  throw new ServiceError('TF_FEED', 'The feed was changed while it was read.', {
    where: opened.path,
    hint: 'Write it beside the old file and rename it into its place; it is read again.',
    retryable: true,
  });
}

async function statOf({ handle, path }: OpenedFile): Promise<OpenedFile['stats']> {
  try {
    return await handle.stat({ bigint: true });
  } catch (error) {
    throw asReadError(error, path);
  }
}
