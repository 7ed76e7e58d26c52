import {
  messageOf,
  ServiceError,
  type FeedRecord,
  type FeedRole,
  type Indicator,
} from '../../../core/index.js';
import { findFeeds, type FeedFile, type FeedOptions } from '../../../feeds/index.js';
import type { FeedOutcome } from '../../../service/indexing/feed-outcome.js';
import { OutcomeTally } from '../../../service/indexing/outcome-tally.js';
import { readFeed } from '../../../service/indexing/read-feed.js';
import { pickleRefused, isPickle } from './pickle.js';
import { accountText, indented, indicatorsText, leftOutTable } from './tables.js';
import { createProgressBar } from '../progress.js';
import { formatServiceError } from '../report-error.js';
import { formatTable, printable, sizeText } from '../table.js';

export type InspectedRecord = Pick<FeedRecord, 'indicators' | 'context'>;

/** What would load of a file, and what it says when it would not. */
export interface InspectedFeed extends Pick<
  FeedOutcome,
  'read' | 'records' | 'indicators' | 'passed' | 'leftOut'
> {
  readonly name: string;
  readonly path: string;
  /** '' when it was not recognised. */
  readonly format: string;
  readonly role: FeedRole;
  readonly confidence: number;
  readonly sizeBytes: number;
  /** The first records as they are understood. */
  readonly first: readonly InspectedRecord[];
  readonly error: ServiceError | undefined;
}

/**
 * Reads the files of an entry as the service would, whatever is wrong with each. Throws ServiceError
 * TF_FEED for what the entry says wrong, TF_USAGE for a Python pickle.
 */
export async function inspectEntry(
  entry: FeedOptions,
  baseDirectory: string,
  limit: number,
  role?: 'suppress',
): Promise<readonly InspectedFeed[]> {
  const isAllowList = role === 'suppress';
  const [feeds, allowLists] = isAllowList ? [[], [entry]] : [[entry], []];
  const { files, faults } = await findFeeds(feeds, allowLists, { baseDirectory });
  const inspected: InspectedFeed[] = [];
  for (const { error, entry: path, name = path } of faults) {
    if (await isPickle(error.where ?? path)) throw pickleRefused(error.where ?? path);
    const { read, records, indicators, passed, leftOut } = new OutcomeTally().outcome();
    inspected.push({
      ...{ name, path, format: '', role: 'detect', confidence: 0, sizeBytes: 0, first: [], error },
      ...{ read, records, indicators, passed, leftOut },
    });
  }
  for (const file of files) {
    if (await isPickle(file.path)) throw pickleRefused(file.path);
    inspected.push(await inspectFile(file, limit));
  }
  return inspected;
}

/** Reads one file, with a progress bar on a terminal. */
async function inspectFile(file: FeedFile, limit: number): Promise<InspectedFeed> {
  const { info, path, format, sizeBytes } = file;
  const { name, role, confidence } = info;
  const tally = new OutcomeTally();
  const first: InspectedRecord[] = [];
  const bar = createProgressBar({ stream: process.stderr, nowMs: Date.now });
  let error: ServiceError | undefined;
  try {
    await readFeed(file, {
      nowMs: Date.now(),
      isExpired: false,
      room: Infinity,
      tally,
      onRecord({ indicators, context }) {
        if (first.length < limit) first.push({ indicators, context });
      },
      onBytes(bytes) {
        bar.update(bytes, sizeBytes, `reading ${name}`);
      },
    });
  } catch (thrown) {
    error = asServiceError(thrown, path);
  } finally {
    bar.clear();
  }
  const { read, records, indicators, passed, leftOut } = tally.outcome();
  return {
    ...{ name, path, format, role, confidence, sizeBytes, first, error },
    ...{ read, records, indicators, passed, leftOut },
  };
}

function asServiceError(error: unknown, path: string): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError('TF_FEED', messageOf(error), { where: path, cause: error });
}

/** Whether anything of it would be used. */
export function isUsable({ error, records }: InspectedFeed): boolean {
  return error === undefined && records > 0;
}

/** What would load, for people. */
export function inspectedText(feed: InspectedFeed): string {
  const { name, path, format, role, confidence, sizeBytes, first, leftOut, error } = feed;
  if (error !== undefined && format === '') return `${name}  ${path}\n\n${faultText(error)}\n`;
  const facts = formatTable(
    [name, path],
    [
      ['format', format],
      ['role', role],
      ['confidence', String(confidence)],
      ['size', sizeText(sizeBytes)],
      ['records', accountText(feed)],
      ['indicators', indicatorsText(feed)],
    ],
  );
  const parts = [facts];
  if (leftOut.length > 0) parts.push(indented(leftOutTable(leftOut)));
  if (first.length > 0 && error === undefined) parts.push(indented(firstTable(first)));
  if (error !== undefined) parts.push(faultText(error));
  else if (feed.records === 0) parts.push('nothing of it would be used');
  return `${parts.join('\n\n')}\n`;
}

function faultText(error: ServiceError): string {
  const text = formatServiceError(error).replace('threat-forwarder: ', '').trimEnd();
  return `would not load: ${text}`;
}

function firstTable(first: readonly InspectedRecord[]): string {
  return formatTable(
    [`first ${first.length}`, 'looks for', 'known about it'],
    first.map(({ indicators, context }, index) => [
      String(index + 1),
      printable(indicators.map(indicatorText).join(', ')),
      printable(context.map(([name, value]) => `${name}=${value}`).join(' '), 120),
    ]),
  );
}

export function indicatorText({ kind, value }: Indicator): string {
  return `${kind} ${value}`;
}

/** The same as JSON. */
export function inspectedJson({ error, ...feed }: InspectedFeed): unknown {
  if (error === undefined) return { ...feed, error: null };
  const { code, message, where, hint } = error;
  return { ...feed, error: { code, message, where, hint } };
}
