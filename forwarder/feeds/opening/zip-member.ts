import { posix } from 'node:path';
import { ServiceError } from '../../core/index.js';

/** What choosing a member of an archive needs to know of each. */
export interface ZipMember {
  /** As it stands in the archive; never used as a path. */
  readonly fileName: string;
}

const mostNamed = 10;

/**
 * The one file of an archive that is the feed: the only one there is, else the one whose name begins
 * with the feed's name, letter case aside; of several that do, the one whose name without endings is
 * the feed's. Folders and what macOS adds do not count. Throws ServiceError TF_FEED when no or more
 * than one file is left, with their names.
 */
export function chooseMember<Member extends ZipMember>(
  members: readonly Member[],
  feedName: string,
  path: string,
): Member {
  const files = members.filter(isFile);
  const [only] = files;
  if (only === undefined) {
    throw new ServiceError('TF_FEED', 'There is no file in the zip archive of the feed.', {
      where: path,
      hint: 'Fetch or pack the file again.',
    });
  }
  if (files.length === 1) return only;
  const wanted = feedName.toLowerCase();
  const matching = files.filter((member) => baseOf(member).startsWith(wanted));
  const exact = matching.filter((member) => baseOf(member).replace(/\..*$/s, '') === wanted);
  const [chosen] = matching.length === 1 ? matching : exact;
  if (chosen !== undefined && (matching.length === 1 || exact.length === 1)) return chosen;
  throw new ServiceError(
    'TF_FEED',
    `The zip archive of the feed holds ${files.length} files, and ${matching.length === 0 ? 'none' : 'more than one'} has a name that begins with ${feedName}: ${listed(files)}.`,
    {
      where: path,
      hint: "Give the feed the name of one of them (name in the feed's entry), or pack one file alone.",
    },
  );
}

function isFile({ fileName }: ZipMember): boolean {
  return (
    !fileName.endsWith('/') &&
    !/(?:^|\/)__MACOSX\//.test(fileName) &&
    posix.basename(fileName) !== '.DS_Store'
  );
}

function baseOf({ fileName }: ZipMember): string {
  return posix.basename(fileName).toLowerCase();
}

function listed(files: readonly ZipMember[]): string {
  const names = files
    .slice(0, mostNamed)
    .map(({ fileName }) => JSON.stringify(fileName.slice(0, 100)));
  if (files.length > mostNamed) names.push(`and ${files.length - mostNamed} more`);
  return names.join(', ');
}
