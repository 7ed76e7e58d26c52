import { ServiceError } from '../../core/index.js';

/** How large a packed feed may become. */
export interface UnpackingLimits {
  readonly maxBytes: number;
  /** How many times its packed size, beyond the first 16 MiB. */
  readonly maxRatio: number;
}

export const defaultUnpacking: UnpackingLimits = { maxBytes: 2 ** 34, maxRatio: 200 };

/** A short file packs well: some kilobytes of it say nothing. */
const freeBytes = 16_777_216;

/**
 * Passes on what comes out of unpacking; throws ServiceError TF_FEED as soon as it is more than the
 * limits allow for the bytes of the file that were read until then (`packedBytes`).
 */
export async function* limited(
  unpacked: AsyncIterable<Uint8Array>,
  { maxBytes, maxRatio }: UnpackingLimits,
  packedBytes: () => number,
  path: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  for await (const piece of unpacked) {
    bytes += piece.length;
    if (bytes > maxBytes) {
      throw tooLarge(`${maxBytes} bytes`, path, 'unpacking.maxBytes');
    }
    if (bytes > freeBytes + maxRatio * packedBytes()) {
      throw tooLarge(`${maxRatio} times its packed size`, path, 'unpacking.maxRatio');
    }
    yield piece;
  }
}

function tooLarge(limit: string, path: string, setting: string): ServiceError {
  return new ServiceError('TF_FEED', `The feed unpacks to more than ${limit}.`, {
    where: path,
    hint: `This is how an attack looks. If the feed is right, raise ${setting}, or unpack it yourself.`,
  });
}
