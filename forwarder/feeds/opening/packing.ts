import { ServiceError } from '../../core/index.js';

/** How bytes are packed, as far as they are unpacked here. */
export type Packing = 'none' | 'gzip' | 'zip';

/** How many bytes packingOf() and refuseUnreadable() want to see. */
export const recognisedBytes = 512;

/** The first bytes of what is unpacked, in hex; an empty zip archive has none of its first kind. */
const gzip = '1f8b08';
const zips = ['504b0304', '504b0506', '504b0708'];

/** The first bytes of what is not unpacked here, and the command that does it. */
const others: readonly (readonly [magic: string, name: string, command: string])[] = [
  ['fd377a585a00', 'xz', 'unxz'],
  ['28b52ffd', 'zstd', 'unzstd'],
  ['377abcaf271c', '7z', '7z x'],
  ['526172211a07', 'RAR', 'unrar x'],
  ['04224d18', 'LZ4', 'unlz4'],
];
/** `BZh`, the block size, and either the first block or the end. */
const bzip2 = /^425a683[1-9](?:314159265359|177245385090)/;

/** By the first bytes alone: names say little, and a server may have unpacked what it calls .gz. */
export function packingOf(start: Buffer): Packing {
  const hex = start.toString('hex', 0, 6);
  if (hex.startsWith(gzip)) return 'gzip';
  return zips.some((magic) => hex.startsWith(magic)) ? 'zip' : 'none';
}

/**
 * Throws ServiceError TF_FEED for bytes that are packed in a way that is not unpacked here, a tar
 * archive, and a Python pickle: reading one runs the code in it, so none is ever read.
 */
export function refuseUnreadable(start: Buffer, path: string): void {
  const hex = start.toString('hex', 0, 16);
  const packed = bzip2.test(hex)
    ? (['425a68', 'bzip2', 'bunzip2'] as const)
    : others.find(([magic]) => hex.startsWith(magic));
  if (packed !== undefined) {
    const [, name, command] = packed;
    throw new ServiceError(
      'TF_FEED',
      `The feed is packed with ${name}, which is not unpacked here.`,
      {
        where: path,
        hint: `Unpack it (${command} FILE), or pack it with gzip or zip.`,
      },
    );
  }
  if (start.toString('latin1', 257, 262) === 'ustar') {
    throw new ServiceError('TF_FEED', 'The feed is a tar archive, which is not unpacked here.', {
      where: path,
      hint: 'Unpack it (tar xf FILE) and name the files that were in it.',
    });
  }
  if (isPickle(start)) throw pickle(path);
}

/** Pickles of the protocols 2 to 5 begin so; no text in UTF-8 does. */
function isPickle(start: Buffer): boolean {
  const protocol = start[1] ?? 0;
  return start[0] === 0x80 && protocol >= 2 && protocol <= 5;
}

/** Tracer's dumps are pickles, of the older protocols too, which have no first bytes of their own. */
export function refusePickleName(path: string): void {
  if (/\.(?:tracer|pickle|pkl)$/i.test(path)) throw pickle(path);
}

function pickle(path: string): ServiceError {
  return new ServiceError(
    'TF_FEED',
    'The feed is a Python pickle; it is not read, since reading a pickle runs the code in it.',
    {
      where: path,
      hint: 'Compile the CSV or JSON that it was made from: threat-forwarder feeds compile.',
    },
  );
}
