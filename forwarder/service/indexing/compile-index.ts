import { ServiceError } from '../../core/index.js';
import { findFeeds } from '../../feeds/index.js';
import { createIndexFileBuilder, type IndexDescription } from '../../matching/index.js';
import { compileFeeds, type ReadOptions } from './compile-feeds.js';
import { FeedLoadError } from './feed-load-error.js';
import { inputsOf, type FeedRequest, type IndexDetails } from './index-inputs.js';
import { IndexOutput, removeQuietly } from './index-output.js';
import { openPrevious, type PreviousIndex } from './previous-index.js';
import { noQuarantine, Quarantine, sweepQuarantine } from './quarantine.js';
import { firstAttempt, withoutFeed, type Attempt } from './refused-versions.js';

/** What to compile, and where to. It can go to another thread. */
export interface CompileTask {
  readonly request: FeedRequest;
  /** The index file to write; it is not there yet. */
  readonly path: string;
  /** `index.directory`: accepted versions are there. */
  readonly directory: string;
  /** What counts as now, milliseconds since 1970; default: the machine's time. */
  readonly nowMs?: number | undefined;
  /** Whether the rows that are left out are kept there. */
  readonly keepsRows: boolean;
  /** The index before; undefined: every fault of a feed ends the compiling. */
  readonly previousPath?: string | undefined;
}

export interface CompileOptions extends ReadOptions {
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Reads all feeds and writes them as an index file. A feed that cannot be used has the records of
 * the index before, and the others go on. When it fails no file is left. Throws ServiceError TF_FEED
 * when a file cannot be found, FeedLoadError when one cannot be read as a feed (both only without an
 * index before), TF_INDEX when the index cannot be written, and the reason of `signal`.
 */
export async function compileIndexFile(
  task: CompileTask,
  options: CompileOptions,
): Promise<IndexDescription> {
  const { request, previousPath } = task;
  const { feeds, allowLists, baseDirectory } = request;
  const found = await findFeeds(feeds, allowLists, { baseDirectory });
  const previous = previousPath === undefined ? undefined : await openPrevious(previousPath);
  // What changes while it is read must differ from what the index says it was made from.
  const inputs = inputsOf(request, found, task.directory);
  let attempt = firstAttempt(found, inputs, previous?.details);
  try {
    for (;;) {
      try {
        return await compileOnce(task, attempt, previous, inputs, options);
      } catch (error) {
        if (previous === undefined || !(error instanceof FeedLoadError)) throw error;
        attempt = withoutFeed(attempt, error);
      }
    }
  } finally {
    previous?.close();
  }
}

async function compileOnce(
  { request, path, directory, keepsRows, nowMs = Date.now() }: CompileTask,
  { found, refused }: Attempt,
  previous: PreviousIndex | undefined,
  inputs: IndexDetails['inputs'],
  { onProgress, signal, onWarning = () => undefined }: CompileOptions,
): Promise<IndexDescription> {
  const output = new IndexOutput(path);
  try {
    const builder = createIndexFileBuilder(output);
    const outcomes = await compileFeeds(found, builder, {
      nowMs,
      previous,
      maxRecords: request.maxRecords,
      mayShrink: new Set(inputs.mayShrink),
      quarantineFor: (feed) =>
        keepsRows ? new Quarantine(directory, feed, onWarning) : noQuarantine,
      onProgress,
      signal,
    });
    signal?.throwIfAborted();
    const details: IndexDetails = { inputs, compiledAtMs: nowMs, feeds: outcomes, refused };
    const description = builder.finish(details);
    output.finish();
    if (keepsRows) sweepQuarantine(directory, new Set(outcomes.map(({ name }) => name)));
    return description;
  } catch (error) {
    closeQuietly(output);
    removeQuietly(path);
    throw asIndexError(error);
  }
}

/** The error that is there already says what is wrong. */
function closeQuietly(output: IndexOutput): void {
  try {
    output.close();
  } catch {
    // As above.
  }
}

/** The index before may turn out to be damaged while it is read. */
function asIndexError(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  return new ServiceError('TF_INDEX', `the index before is damaged: ${error.message}`, {
    hint: 'remove the file; the feeds are then read anew',
    cause: error,
  });
}
