import { messageOf, ServiceError } from '../core/index.js';
import type { FeedProblem } from '../core/index.js';
import { openFeeds } from '../feeds/index.js';
import type { FeedFile } from '../feeds/index.js';
import { createIndexBuilder } from '../matching/index.js';
import type { CompiledIndex } from '../matching/index.js';
import type { LoadedConfig } from '../config/index.js';

/** One feed of the index in use. */
export interface LoadedFeed {
  readonly file: FeedFile;
  readonly records: number;
  readonly problemCount: number;
  /** The first problems, for the log and for `check`. */
  readonly problems: readonly FeedProblem[];
}

export interface LoadedIndex {
  readonly compiled: CompiledIndex;
  readonly feeds: readonly LoadedFeed[];
}

export interface LoadOptions {
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Ends the load early; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How far a load has come; `totalBytes` is the sum of the files' sizes. */
export interface LoadProgress {
  readonly feed: string;
  readonly bytes: number;
  readonly totalBytes: number;
  readonly records: number;
}

const problemsKept = 20;

/** A feed that could not be loaded, by name: reload reports it as KL_ALERT_FailedToUpdateFeed. */
export class FeedLoadError extends ServiceError {
  override readonly name = 'FeedLoadError';
  readonly feed: string;

  constructor(file: FeedFile, cause: unknown) {
    const known = cause instanceof ServiceError ? cause : undefined;
    super('TF_FEED', `feed ${file.info.name}: ${messageOf(cause)}`, {
      where: known?.where ?? file.path,
      hint: known?.hint ?? 'check that the file can be read',
      cause,
    });
    this.feed = file.info.name;
  }
}

/**
 * Reads all configured feeds and allow-lists and compiles them into one index. Nothing in use is
 * touched: the caller swaps the result in. Throws ServiceError TF_FEED when a file cannot be found,
 * FeedLoadError when one cannot be read as a feed, and the reason of `signal` when that ends it.
 */
export async function loadThreatIndex(
  loaded: LoadedConfig,
  { onProgress, signal }: LoadOptions = {},
): Promise<LoadedIndex> {
  const { config, baseDirectory } = loaded;
  const files = await openFeeds(config.feeds, config.allowLists, { baseDirectory });
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const builder = createIndexBuilder();
  const feeds: LoadedFeed[] = [];
  let bytesBefore = 0;
  let recordsBefore = 0;
  for (const file of files) {
    const feed = builder.addFeed(file.info);
    let records = 0;
    let problemCount = 0;
    const problems: FeedProblem[] = [];
    const report = (bytes: number): void => {
      onProgress?.({
        feed: file.info.name,
        bytes: bytesBefore + bytes,
        totalBytes,
        records: recordsBefore + records,
      });
    };
    try {
      for await (const result of file.read(report, signal)) {
        if (result.ok) {
          builder.addRecord(feed, result.value);
          records += 1;
        } else {
          problemCount += 1;
          if (problems.length < problemsKept) problems.push(result.problem);
        }
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw new FeedLoadError(file, error);
    }
    if (records === 0 && problemCount > 0) throw new FeedLoadError(file, allBad(problems));
    bytesBefore += file.sizeBytes;
    recordsBefore += records;
    feeds.push({ file, records, problemCount, problems });
  }
  return { compiled: builder.build(), feeds };
}

/** A feed without one usable record is a damaged file, not an empty feed. */
function allBad(problems: readonly FeedProblem[]): ServiceError {
  const first = problems[0];
  const example = first === undefined ? '' : `, e.g. record ${first.record}: ${first.reason}`;
  return new ServiceError('TF_FEED', `no record can be used${example}`, {
    hint: 'check that the file is a threat feed, and which fields its records have',
  });
}
