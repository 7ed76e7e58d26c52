import { messageOf, ServiceError } from '../../core/index.js';
import type { LoadedConfig } from '../../config/index.js';
import { findFeeds, type FoundFeeds } from '../../feeds/index.js';
import { compileFeeds, type ReadOptions } from './compile-feeds.js';
import { FeedLoadError } from './feed-load-error.js';
import type { FeedOutcome } from './feed-outcome.js';
import { readDescription } from './index-input.js';
import { areSameInputs, feedRequest, inputsOf, type IndexDetails } from './index-inputs.js';
import { keptFile } from './index-store.js';
import { openPrevious, type PreviousIndex } from './previous-index.js';
import { noQuarantine } from './quarantine.js';
import { readPin, type Pin } from './saved-indexes.js';

/** What is known of each feed. */
export interface FeedSurvey {
  readonly feeds: readonly FeedOutcome[];
  /** `pinned`, `kept`: of the index the service uses; `read`: of the files as they are now. */
  readonly from: 'pinned' | 'kept' | 'read';
  readonly pin: Pin | undefined;
}

/**
 * Says what comes of all feeds without changing anything: by the pinned index, or by the one kept in
 * `index.directory` when it is current, else by reading all files. A feed that cannot be used does not
 * keep the others from being told of. Throws ServiceError TF_FEED and TF_CONFIG for what the
 * configuration says wrong, TF_INDEX for a pinned index that cannot be read, and the reason of `signal`.
 */
export async function surveyFeeds(
  loaded: LoadedConfig,
  options: ReadOptions & { readonly nowMs?: number } = {},
): Promise<FeedSurvey> {
  const { directory } = loaded.config.index;
  const pin = readPin(directory);
  if (pin !== undefined) {
    const { description } = await readDescription(pin.path).catch((error: unknown) => {
      throw pinUnreadable(pin, error);
    });
    return { feeds: (description.details as IndexDetails).feeds, from: 'pinned', pin };
  }
  const request = feedRequest(loaded);
  const { feeds, allowLists, baseDirectory } = request;
  const found = await findFeeds(feeds, allowLists, { baseDirectory });
  const inputs = inputsOf(request, found, directory);
  const kept = await readDescription(keptFile(directory)).catch(() => undefined);
  const details = kept?.description.details as IndexDetails | undefined;
  if (details !== undefined && areSameInputs(details.inputs, inputs)) {
    return { feeds: details.feeds, from: 'kept', pin };
  }
  const previous = (await openPrevious(keptFile(directory))) ?? noPrevious;
  try {
    const outcomes = await readAll(found, previous, {
      ...options,
      maxRecords: request.maxRecords,
      mayShrink: new Set(inputs.mayShrink),
    });
    return { feeds: outcomes, from: 'read', pin };
  } finally {
    previous.close();
  }
}

function pinUnreadable({ path }: Pin, cause: unknown): ServiceError {
  return new ServiceError('TF_INDEX', `the pinned index cannot be used: ${messageOf(cause)}`, {
    where: path,
    hint: 'threat-forwarder feeds load NAME pins another one, feeds load --release goes back to the feeds',
    cause,
  });
}

/** Nothing stands in for a feed that cannot be used: it is told to be skipped. */
const noPrevious: PreviousIndex = {
  outcomes: [],
  infoOf: () => undefined,
  records: () => [],
  close: () => undefined,
};

type SurveyOptions = ReadOptions & {
  readonly nowMs?: number;
  readonly maxRecords: number | undefined;
  readonly mayShrink: ReadonlySet<string>;
};

/** Reads all feeds and counts; one that turns out to be of no use is a fault in the next round. */
async function readAll(
  found: FoundFeeds,
  previous: PreviousIndex,
  { nowMs = Date.now(), ...options }: SurveyOptions,
): Promise<readonly FeedOutcome[]> {
  let { files, faults } = found;
  for (;;) {
    let feeds = 0;
    const counting = { addFeed: () => feeds++, addRecord: () => undefined };
    try {
      return await compileFeeds({ files, faults }, counting, {
        ...options,
        nowMs,
        previous,
        quarantineFor: () => noQuarantine,
      });
    } catch (error) {
      const bad = files.find(
        ({ info }) => error instanceof FeedLoadError && info.name === error.feed,
      );
      if (bad === undefined) throw error;
      const { info, entry } = bad;
      files = files.filter((file) => file !== bad);
      const fault = { name: info.name, entry, error: error as FeedLoadError, isAwaited: false };
      faults = [...faults, { ...fault, infoOf: () => info }];
    }
  }
}
