import type { FeedFault, FeedFile } from '../../feeds/index.js';
import type { FeedOutcome } from './feed-outcome.js';

/** What is known of a feed without reading it. */
export function factsOf({
  info,
  ...file
}: FeedFile): Pick<
  FeedOutcome,
  | 'name'
  | 'entry'
  | 'path'
  | 'fetchedFrom'
  | 'format'
  | 'role'
  | 'confidence'
  | 'sizeBytes'
  | 'modifiedAtMs'
  | 'outdatedAfterHours'
  | 'lifetimeMinutes'
> {
  const { entry, path, fetchedFrom, format, sizeBytes, modifiedAtMs } = file;
  const { outdatedAfterHours, lifetimeMinutes } = file;
  const { name, role, confidence } = info;
  return {
    name,
    entry,
    path,
    fetchedFrom,
    format,
    role,
    confidence,
    sizeBytes,
    modifiedAtMs,
    outdatedAfterHours,
    lifetimeMinutes,
  };
}

/** What is known of the feeds that a fault is about: of one, or of all that an entry stood for. */
export function outcomesOf(
  { name, entry, isOfWholeEntry = false }: FeedFault,
  outcomes: readonly FeedOutcome[],
): readonly FeedOutcome[] {
  const ofEntry = outcomes.filter((outcome) => outcome.entry === entry);
  if (name === undefined || (isOfWholeEntry && ofEntry.length > 0)) return ofEntry;
  return outcomes.filter((outcome) => outcome.name === name);
}
