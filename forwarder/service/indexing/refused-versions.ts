import type { FoundFeeds } from '../../feeds/index.js';
import { FeedLoadError } from './feed-load-error.js';
import { isOfMachine } from './feed-outcome.js';
import {
  versionOf,
  type IndexInputs,
  type IndexDetails,
  type RefusedVersion,
} from './index-inputs.js';

/** The feeds to compile, and which of their versions were refused on the way. */
export interface Attempt {
  readonly found: FoundFeeds;
  readonly refused: readonly RefusedVersion[];
}

/** The feeds without one that turned out to be of no use: it is a fault now. */
export function withoutFeed({ found, refused }: Attempt, error: FeedLoadError): Attempt {
  const { files, faults } = found;
  const bad = files.find(({ info }) => info.name === error.feed);
  if (bad === undefined) throw error;
  const { message, where, hint } = error;
  const { name } = bad.info;
  return {
    found: {
      files: files.filter((file) => file !== bad),
      faults: [
        ...faults,
        { name, entry: bad.entry, error, isAwaited: false, infoOf: () => bad.info },
      ],
    },
    // A fault of the machine may be over at the next look.
    refused: isOfMachine(error)
      ? refused
      : [...refused, { feed: name, version: versionOf(bad), failure: { message, where, hint } }],
  };
}

/**
 * The first attempt: feeds whose very version was refused when the index before was made are not read
 * again, since nothing else has changed that could make a difference. Else one that stays bad would
 * be read at every change of any other.
 */
export function firstAttempt(
  found: FoundFeeds,
  inputs: IndexInputs,
  before: IndexDetails | undefined,
): Attempt {
  const isComparable =
    before !== undefined &&
    before.inputs.program === inputs.program &&
    JSON.stringify(before.inputs.request) === JSON.stringify(inputs.request);
  return (isComparable ? before.refused : []).reduce<Attempt>(
    (attempt, { feed, version, failure }) => {
      const file = attempt.found.files.find(({ info }) => info.name === feed);
      const isSame =
        file !== undefined &&
        !inputs.mayShrink.includes(feed) &&
        JSON.stringify(versionOf(file)) === JSON.stringify(version);
      if (!isSame) return attempt;
      const { message, where, hint } = failure;
      const places = {
        ...(where === undefined ? {} : { where }),
        ...(hint === undefined ? {} : { hint }),
      };
      return withoutFeed(attempt, new FeedLoadError(feed, message, places));
    },
    { found, refused: [] },
  );
}
