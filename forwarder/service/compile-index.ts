import { openFeeds } from '../feeds/index.js';
import { createIndexFileBuilder, type IndexDescription } from '../matching/index.js';
import { compileFeeds, type ReadOptions } from './compile-feeds.js';
import { inputsOf, type FeedRequest, type IndexDetails } from './index-inputs.js';
import { IndexOutput, removeQuietly } from './index-output.js';

/**
 * Reads all feeds and writes them as an index file that is not there yet. When it fails no file is
 * left. Throws ServiceError TF_FEED when a file cannot be found, FeedLoadError when one cannot be
 * read as a feed, TF_INDEX when the index cannot be written, and the reason of `signal`.
 */
export async function compileIndexFile(
  request: FeedRequest,
  path: string,
  options: ReadOptions,
): Promise<IndexDescription> {
  const { feeds, allowLists, baseDirectory } = request;
  const files = await openFeeds(feeds, allowLists, { baseDirectory });
  // What changes while it is read must differ from what the index says it was made from.
  const inputs = inputsOf(request, files);
  const output = new IndexOutput(path);
  try {
    const builder = createIndexFileBuilder(output);
    const outcomes = await compileFeeds(files, builder, options);
    options.signal?.throwIfAborted();
    const details: IndexDetails = { inputs, compiledAtMs: Date.now(), feeds: outcomes };
    const description = builder.finish(details);
    output.finish();
    return description;
  } catch (error) {
    closeQuietly(output);
    removeQuietly(path);
    throw error;
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
