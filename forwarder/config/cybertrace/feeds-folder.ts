import { basename, isAbsolute, join, relative, resolve } from 'node:path';

/**
 * The folder of the feeds' files, as it is to be written: relative where it is in `writtenIn`, else
 * absolute. `Bases` is relative to the program, which is in `bin` beside `etc` (on Windows the file is
 * in `bin` itself). Undefined for a path of Windows.
 *
 *     ../feeds in /opt/kaspersky/ktfs/etc  →  /opt/kaspersky/ktfs/feeds
 */
export function feedsFolder(
  bases: string | undefined,
  confDirectory: string,
  writtenIn: string,
): string | undefined {
  const text = (bases ?? 'feeds').replaceAll('\\', '/');
  if (/^[A-Za-z]:|^\/\//.test(text) || text.includes('%')) return undefined;
  const program =
    basename(confDirectory) === 'etc' ? join(confDirectory, '..', 'bin') : confDirectory;
  return writtenFolder(resolve(bases === undefined ? writtenIn : program, text), writtenIn);
}

/** A folder as a configuration in another one names it. */
export function writtenFolder(folder: string, writtenIn: string): string {
  const way = relative(writtenIn, folder);
  if (way === '') return '.';
  return way === '..' || way.startsWith('../') || isAbsolute(way) ? folder : way;
}
