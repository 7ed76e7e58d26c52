import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { ServiceError, type Clock } from '../../core/index.js';
import { FetchError, shownAddress, type Access } from '../../net/index.js';
import { checkedName } from '../feed-name.js';
import { fetchedPath, fetchStatePath } from './fetched-file.js';
import { putInPlace, syncFile } from './replace-file.js';
import type { FeedSource, FetchRequest, FetchState } from './source.js';
import { identityOf, readFetchState, writeFetchState } from './state-file.js';
import { removeLeftovers, temporaryBeside } from './temporary-files.js';
import { updateFault } from './update-faults.js';

/** A feed that is fetched. */
export interface RemoteFeed {
  readonly name: string;
  readonly source: FeedSource;
  readonly address: string;
  readonly access: Access;
  readonly query?: unknown;
  /** Whether less than half of the records, or none, may take the place of those before. */
  readonly allowShrink?: boolean | undefined;
}

export interface UpdateContext {
  /** Where fetched feeds are kept; made when it is not there. */
  readonly directory: string;
  readonly clock: Clock;
  /** Reads a file as this feed; throws ServiceError when it cannot be used as one. */
  readonly check: (path: string) => Promise<{ readonly records: number }>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: FetchRequest['onProgress'];
}

/** `state` is what is on the disk afterwards; undefined when nothing is. */
export type UpdateResult =
  | {
      readonly kind: 'updated';
      readonly state: FetchState;
      readonly records: number;
      readonly bytes: number;
      readonly seconds: number;
    }
  | { readonly kind: 'unchanged'; readonly state: FetchState }
  | {
      readonly kind: 'failed';
      readonly state: FetchState | undefined;
      readonly error: ServiceError;
    };

/**
 * Fetches a feed beside its old file, checks it, and only then puts it in place. On any failure the
 * old file stays as it was, and the state says what happened. Throws only
 * for a name that no feed can have.
 */
export async function updateFeed(feed: RemoteFeed, context: UpdateContext): Promise<UpdateResult> {
  const { directory, clock, signal } = context;
  // Its files are named by it.
  checkedName(feed.name, 'feeds');
  let known: FetchState | undefined;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await removeLeftovers(fetchedPath(directory, feed.name));
    await removeLeftovers(fetchStatePath(directory, feed.name));
    known = await readFetchState(directory, feed.name);
    return await fetchAndReplace(feed, known, context);
  } catch (cause) {
    const error = updateFault(cause, shownAddress(feed.address), directory);
    // A service that stops is no fault of the feed.
    if (signal?.aborted === true) return { kind: 'failed', state: known, error };
    const state = failed(known, feed, error, clock());
    const isKept = await writeFetchState(directory, feed.name, state).then(
      () => true,
      () => false,
    );
    return { kind: 'failed', state: isKept ? state : known, error };
  }
}

async function fetchAndReplace(
  feed: RemoteFeed,
  known: FetchState | undefined,
  context: UpdateContext,
): Promise<UpdateResult> {
  const { name, source, address, access, query } = feed;
  const { directory, clock, check, signal, onProgress } = context;
  const beganMs = performance.now();
  const path = fetchedPath(directory, name);
  const identity = identityOf(source.name, address, query);
  const before = known?.identity === identity ? known : undefined;
  const isThere = before !== undefined && (await isWhole(path, before.bytes));
  const temporary = temporaryBeside(path);
  try {
    const outcome = await source.fetch({
      ...{ address, access, query, signal, onProgress, clock },
      target: temporary.path,
      ...(isThere ? { previous: before, previousFile: path } : {}),
    });
    if (outcome.kind === 'unchanged') {
      const state = confirmed({ ...before, ...outcome.state, identity });
      await writeFetchState(directory, name, state);
      return { kind: 'unchanged', state };
    }
    const digest = await digestOf(temporary.path);
    if (isThere && before.digest === digest) {
      const { fetchedAtMs, records, confirmedBeforeMs } = before;
      const state = { ...outcome.state, identity, digest, fetchedAtMs, records, confirmedBeforeMs };
      await writeFetchState(directory, name, state);
      return { kind: 'unchanged', state };
    }
    const { records } = await check(temporary.path);
    signal?.throwIfAborted();
    if (feed.allowShrink !== true) refuseShrink(records, before?.records, address);
    const { size: bytes } = await lstat(temporary.path);
    const confirmedBeforeMs = before?.confirmedAtMs;
    const state = { ...outcome.state, identity, digest, records, bytes, confirmedBeforeMs };
    await syncFile(temporary.path);
    await putInPlace(temporary.path, path);
    await writeFetchState(directory, name, state);
    return {
      kind: 'updated',
      state,
      records,
      bytes,
      seconds: (performance.now() - beganMs) / 1000,
    };
  } finally {
    await rm(temporary.path, { force: true });
    temporary.release();
  }
}

/** Whether the file is still the one that was fetched, as far as its size tells. */
async function isWhole(path: string, bytes: number): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  return stats?.isFile() === true && stats.size === bytes;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function refuseShrink(records: number, before: number | undefined, address: string): void {
  if (before === undefined || before === 0 || (records > 0 && records * 2 >= before)) return;
  throw new ServiceError(
    'TF_FEED',
    `the new version has ${records} records, the one before has ${before}`,
    {
      where: shownAddress(address),
      hint: 'look whether the supplier means it; if so: threat-forwarder feeds update NAME --allow-shrink, or allowShrink: true in its entry',
      retryable: true,
    },
  );
}

/** A state after an attempt that did not fail. */
function confirmed(state: FetchState): FetchState {
  return {
    ...state,
    failedAtMs: undefined,
    failure: undefined,
    failures: undefined,
    notBeforeMs: undefined,
  };
}

function failed(
  known: FetchState | undefined,
  feed: RemoteFeed,
  error: ServiceError,
  nowMs: number,
): FetchState {
  const none = { url: shownAddress(feed.address), fetchedAtMs: 0, confirmedAtMs: 0, bytes: 0 };
  const waitMs = error instanceof FetchError ? error.retryAfterMs : undefined;
  return {
    ...(known ?? none),
    failedAtMs: nowMs,
    failure: error.message,
    failures: (known?.failures ?? 0) + 1,
    notBeforeMs: waitMs === undefined ? undefined : nowMs + waitMs,
  };
}
