import { zipSync } from 'fflate';

/** A file of an archive or of the bundle. */
export interface ContentFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * A zip archive of the files, by name. Always the same bytes for the same files and time: nothing is
 * compressed, so no version of a compressor shows, and the time is the day of `at` at noon wherever it
 * is made. Throws a RangeError when `at` is no time from 1980 to 2099, all that a zip can hold.
 */
export function zipOf(files: readonly ContentFile[], at: Date): Uint8Array {
  const year = at.getUTCFullYear();
  if (!(year >= 1980 && year <= 2099)) {
    throw new RangeError(`A zip archive cannot be of the time ${String(at)}`);
  }
  // The writer asks for local parts of the time, which are then those of UTC. At noon no clock is put
  // forward or back.
  const mtime = new Date(year, at.getUTCMonth(), at.getUTCDate(), 12);
  const sorted = [...files].sort(({ name: one }, { name: other }) => (one < other ? -1 : 1));
  return zipSync(Object.fromEntries(sorted.map(({ name, bytes }) => [name, bytes])), {
    level: 0,
    mtime,
  });
}
