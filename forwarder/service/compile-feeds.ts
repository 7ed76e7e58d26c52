import { messageOf, ServiceError } from '../core/index.js';
import type { FeedProblem, ServiceErrorDetails } from '../core/index.js';
import type { FeedFile } from '../feeds/index.js';
import type { IndexFileBuilder } from '../matching/index.js';

/** What came of reading one feed. */
export interface FeedOutcome {
  readonly name: string;
  readonly records: number;
  readonly problemCount: number;
  /** The first problems, for the log and for `check`. */
  readonly problems: readonly FeedProblem[];
}

/** How far a load has come; `totalBytes` is the sum of the files' sizes. */
export interface LoadProgress {
  readonly feed: string;
  readonly bytes: number;
  readonly totalBytes: number;
  readonly records: number;
}

export interface ReadOptions {
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Ends the work early; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const problemsKept = 20;

/** A feed that could not be loaded, by name: reload reports it as KL_ALERT_FailedToUpdateFeed. */
export class FeedLoadError extends ServiceError {
  override readonly name = 'FeedLoadError';
  readonly feed: string;

  constructor(feed: string, message: string, details: ServiceErrorDetails) {
    super('TF_FEED', message, details);
    this.feed = feed;
  }
}

/**
 * Reads all feeds, one after the other, into an index. Throws FeedLoadError when one cannot be read
 * as a feed, and the reason of `signal` when that ends it.
 */
export async function compileFeeds(
  files: readonly FeedFile[],
  builder: Pick<IndexFileBuilder, 'addFeed' | 'addRecord'>,
  { onProgress, signal }: ReadOptions,
): Promise<readonly FeedOutcome[]> {
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const outcomes: FeedOutcome[] = [];
  let bytesBefore = 0;
  let recordsBefore = 0;
  for (const file of files) {
    const { name } = file.info;
    const feed = builder.addFeed(file.info);
    let records = 0;
    let problemCount = 0;
    const problems: FeedProblem[] = [];
    const report = (bytes: number): void => {
      onProgress?.({
        feed: name,
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
      // A fault of the index's own file is no fault of the feed.
      if (error instanceof ServiceError && error.code === 'TF_INDEX') throw error;
      throw feedLoadError(file, error);
    }
    if (records === 0 && problemCount > 0) throw feedLoadError(file, allBad(problems));
    bytesBefore += file.sizeBytes;
    recordsBefore += records;
    outcomes.push({ name, records, problemCount, problems });
  }
  return outcomes;
}

function feedLoadError(file: FeedFile, cause: unknown): FeedLoadError {
  const known = cause instanceof ServiceError ? cause : undefined;
  const { name } = file.info;
  return new FeedLoadError(name, `feed ${name}: ${messageOf(cause)}`, {
    where: known?.where ?? file.path,
    hint: known?.hint ?? 'check that the file can be read',
    cause,
  });
}

/** A feed without one usable record is a damaged file, not an empty feed. */
function allBad(problems: readonly FeedProblem[]): ServiceError {
  const first = problems[0];
  const example = first === undefined ? '' : `, e.g. record ${first.record}: ${first.reason}`;
  return new ServiceError('TF_FEED', `no record can be used${example}`, {
    hint: 'check that the file is a threat feed, and which fields its records have',
  });
}
