import { existsSync, statSync } from 'node:fs';

import { messageOf, ServiceError } from '../../core/index.js';
import type { LoadedConfig } from '../../config/index.js';
import { findFeeds } from '../../feeds/index.js';
import type { CompiledIndex, DamageHandler } from '../../matching/index.js';
import { type ReadOptions } from './compile-feeds.js';
import { refuseFaults } from './feed-load-error.js';
import { compileInThread } from './compile-in-thread.js';
import { compileIndexFile, type CompileTask } from './compile-index.js';
import type { FeedOutcome } from './feed-outcome.js';
import { openIndexFile, type OpenedIndex } from './index-input.js';
import { areSameInputs, feedRequest, inputsOf } from './index-inputs.js';
import type { IndexDetails, IndexInputs } from './index-inputs.js';
import { removeQuietly } from './index-output.js';
import { isAnyDue } from './due-feeds.js';
import { isMissing } from './previous-index.js';
import { readPin, type Pin } from './saved-indexes.js';
import { keptFile, passingPlace, placeFor, type IndexPlace } from './index-store.js';

export { type LoadProgress } from './compile-feeds.js';
export { FeedLoadError } from './feed-load-error.js';

export interface LoadedIndex {
  readonly compiled: CompiledIndex;
  /** Feeds and allow-lists, with what came of reading them. */
  readonly feeds: readonly FeedOutcome[];
  /** Whether it was compiled for this load, or had been before. */
  readonly isNew: boolean;
  /** Set when it is a saved index that is used instead of the feeds. */
  readonly pin?: Pin | undefined;
  /** Closes its file. The index must not be asked any more. */
  close(): void;
}

export interface LoadOptions extends ReadOptions {
  /** Keep the index in `index.directory` for the next start. Default false: nothing is left. */
  readonly keeps?: boolean | undefined;
  /** The index in use: when nothing has changed it is given back, and nothing is read. */
  readonly previous?: LoadedIndex | undefined;
  /** Told what cannot be read of the index while it is in use. When absent, find() throws. */
  readonly onDamage?: DamageHandler | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
  /** What counts as now for lifetimes and filters; default: the machine's time. */
  readonly nowMs?: number | undefined;
  /** Told what an index is made from, before it is compiled. */
  readonly onCompile?: ((inputs: IndexInputs) => void) | undefined;
  /** Default: in a thread of its own, unless that is more work than compiling. */
  readonly compilesIn?: 'thread' | 'here' | undefined;
}

/** Feeds of less than this are compiled in some milliseconds; a thread takes 50. */
const smallBytes = 131_072;
/** What an index before of less than this has to give, too. */
const smallIndexBytes = 1_048_576;

/** What an index was made from, and whether it was found damaged. */
interface Origin {
  readonly inputs: IndexInputs;
  /** Of a pinned one: what pinned it. */
  readonly pin?: Pin | undefined;
  isDamaged: boolean;
}
const origins = new WeakMap<CompiledIndex, Origin>();

/**
 * Gives the index of all configured feeds and allow-lists: the one in use or the one kept in
 * `index.directory` when nothing has changed since it was compiled, else a new one. Nothing in use is
 * touched: the caller swaps the result in and closes the one before (unless it is the same).
 *
 * Throws ServiceError TF_FEED when a file cannot be found, FeedLoadError when one cannot be read as
 * a feed, TF_INDEX when the index cannot be written or read, and the reason of `signal`.
 */
export async function loadThreatIndex(
  loaded: LoadedConfig,
  options: LoadOptions = {},
): Promise<LoadedIndex> {
  const { previous, onWarning = () => undefined } = options;
  const { directory } = loaded.config.index;
  const pin = readPin(directory);
  if (pin !== undefined) return loadPinned(pin, options);
  const request = feedRequest(loaded);
  const { feeds, allowLists, baseDirectory } = request;
  const found = await findFeeds(feeds, allowLists, { baseDirectory });
  const inputs = inputsOf(request, found, directory);
  const before = previous && origins.get(previous.compiled);
  const isUsable = before !== undefined && !before.isDamaged && before.pin === undefined;
  const { nowMs } = options;
  if (
    isUsable &&
    areSameInputs(before.inputs, inputs) &&
    !(await isAnyDue(previous?.feeds ?? [], nowMs ?? Date.now()))
  ) {
    return { ...(previous as LoadedIndex), isNew: false };
  }
  const kept = await openKept(keptFile(directory), inputs, options);
  if (kept !== undefined) return loadedOf(kept, false);
  // Before a folder is made: there is nothing that could stand in for a feed.
  if (!existsSync(keptFile(directory))) refuseFaults(found.faults);
  const place = placeFor(directory, options.keeps === true, onWarning);
  const isNeeded = place.isKept && previous === undefined;
  const previousPath = place.isKept ? keptFile(directory) : undefined;
  options.onCompile?.(inputs);
  const task = { request, directory, previousPath, nowMs, keepsRows: place.isKept };
  // What is packed may become two hundred times as much.
  const bytes = found.files.reduce(
    (sum, { path, sizeBytes }) => sum + sizeBytes * (/\.(?:gz|zip)$/i.test(path) ? 200 : 1),
    0,
  );
  const opened = await compileAt(place, task, bytes, options).catch((error: unknown) => {
    options.signal?.throwIfAborted();
    if (!isNeeded || !isIndexFault(error)) throw error;
    onWarning(withoutKeeping(error));
    return compileAt(
      passingPlace(),
      { request, directory, nowMs, keepsRows: false },
      bytes,
      options,
    );
  });
  return loadedOf(opened, true);
}

/**
 * The index that somebody pinned; feeds are not looked at. Throws ServiceError TF_INDEX when it cannot
 * be used: going back to the feeds would undo a decision.
 */
async function loadPinned(pin: Pin, options: LoadOptions): Promise<LoadedIndex> {
  const { previous } = options;
  const before = previous && origins.get(previous.compiled);
  if (before?.isDamaged === false && JSON.stringify(before.pin) === JSON.stringify(pin)) {
    return { ...(previous as LoadedIndex), isNew: false };
  }
  const opened = await openChecked(pin.path, () => true, options, pin);
  if (opened === undefined) throw new Error('the pinned index was refused');
  if (opened.description.content.version !== pin.version) {
    opened.close();
    throw new ServiceError('TF_INDEX', 'the pinned index is another one by now', {
      where: pin.path,
      hint: 'threat-forwarder feeds load NAME pins it anew, feeds load --release goes back to the feeds',
    });
  }
  options.onWarning?.(
    `${pin.path} is used instead of the feeds, until: threat-forwarder feeds load --release`,
  );
  return { ...loadedOf(opened, false), pin };
}

/** What an index would be made from now. Errors as findFeeds(). */
export async function currentInputs(loaded: LoadedConfig): Promise<IndexInputs> {
  const request = feedRequest(loaded);
  const { feeds, allowLists, baseDirectory } = request;
  const found = await findFeeds(feeds, allowLists, { baseDirectory });
  return inputsOf(request, found, loaded.config.index.directory);
}

type Task = Omit<CompileTask, 'path'>;

async function compileAt(
  place: IndexPlace,
  task: Task,
  bytes: number,
  options: LoadOptions,
): Promise<OpenedIndex> {
  try {
    place.check();
    await compile({ ...task, path: place.temporary }, bytes, options);
    const opened = await openChecked(await place.settle(), () => true, options);
    if (opened === undefined) throw new Error('the new index was refused');
    return opened;
  } finally {
    place.clear();
  }
}

/** Whether it is the index's own file that cannot be written or read, not a feed. */
function isIndexFault(error: unknown): error is ServiceError {
  return error instanceof ServiceError && error.code === 'TF_INDEX';
}

function withoutKeeping({ where = '', message, hint = '' }: ServiceError): string {
  return `${where}: ${message}; it is not kept, so the next start reads all feeds again (what to do: ${hint})`;
}

async function compile(task: CompileTask, bytes: number, options: LoadOptions): Promise<void> {
  const isSmall = bytes < smallBytes && !isLarge(task.previousPath);
  const where = options.compilesIn ?? (isSmall ? 'here' : 'thread');
  if (where === 'thread') await compileInThread(task, options);
  else await compileIndexFile(task, options);
}

/** Whether much may be taken over from the index before: all of a large feed that fails now. */
function isLarge(previousPath: string | undefined): boolean {
  if (previousPath === undefined) return false;
  const size = statSync(previousPath, { throwIfNoEntry: false })?.size ?? 0;
  return size >= smallIndexBytes;
}

/** The kept index, if there is one and it was made from the same. */
async function openKept(
  path: string,
  inputs: IndexInputs,
  options: LoadOptions,
): Promise<OpenedIndex | undefined> {
  try {
    const opened = await openChecked(path, (made) => areSameInputs(made, inputs), options);
    if (opened === undefined) return undefined;
    if (!(await isAnyDue(detailsOf(opened).feeds, options.nowMs ?? Date.now()))) return opened;
    opened.close();
    return undefined;
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!isMissing(error)) options.onWarning?.(`${path}: ${messageOf(error)}; it is compiled anew`);
    return undefined;
  }
}

/**
 * Opens a file; when it is found damaged later, it is removed so that it is not used again, unless
 * somebody pinned it.
 */
async function openChecked(
  path: string,
  accepts: (inputs: IndexInputs) => boolean,
  { signal, onDamage }: LoadOptions,
  pin?: Pin,
): Promise<OpenedIndex | undefined> {
  const origin: { current?: Origin; isAt?: OpenedIndex['isAt'] } = {};
  const opened = await openIndexFile(path, {
    accepts: ({ details }) => accepts((details as IndexDetails).inputs),
    signal,
    onDamage:
      onDamage &&
      ((error) => {
        if (origin.current?.isDamaged === false) {
          origin.current.isDamaged = true;
          if (pin === undefined && origin.isAt?.(path) === true) removeQuietly(path);
        }
        onDamage(error);
      }),
  });
  if (opened === undefined) return undefined;
  origin.isAt = (other) => opened.isAt(other);
  origin.current = { inputs: detailsOf(opened).inputs, pin, isDamaged: false };
  origins.set(opened.compiled, origin.current);
  return opened;
}

function detailsOf({ description }: OpenedIndex): IndexDetails {
  return description.details as IndexDetails;
}

function loadedOf(opened: OpenedIndex, isNew: boolean): LoadedIndex {
  return {
    compiled: opened.compiled,
    feeds: detailsOf(opened).feeds,
    isNew,
    close() {
      opened.close();
    },
  };
}
