import picocolors from 'picocolors';

import type { Pin } from '../../../service/indexing/saved-indexes.js';
import type { FeedJson } from './json.js';
import { accountText, indented, kindsIn, leftOutTable, spanText } from './tables.js';
import { formatTable, printable, printTable } from '../table.js';

/** An entry that has no row: `live` is asked event by event, `disabled` has enabled: false. */
export interface OtherEntry {
  readonly place: string;
  readonly why: 'live' | 'disabled';
}

export function printPin({ name, path, loadedAtMs }: Pin, nowMs: number): void {
  const which = name === undefined ? path : `${name} (${path})`;
  process.stdout.write(
    `${picocolors.yellow(`PINNED: the index ${which} is used instead of the feeds, since ${spanText(nowMs - loadedAtMs)}.`)}\n` +
      'Below are the feeds as they are in it. Back to the configured feeds: threat-forwarder feeds load --release\n\n',
  );
}

export function printFeeds(feeds: readonly FeedJson[], nowMs: number): void {
  const kinds = kindsIn(feeds);
  printTable(
    [
      'feed',
      'format',
      'state',
      'records',
      ...kinds,
      'left out',
      'age',
      'confidence',
      'next update',
    ],
    feeds.map((feed) => [
      feed.name,
      feed.format === '' ? '-' : feed.format,
      stateText(feed.state),
      String(feed.records),
      ...kinds.map((kind) => String(feed.indicators[kind] ?? 0)),
      String(feed.leftOutCount),
      ageText(feed, nowMs),
      feed.confidence === 0 ? '-' : String(feed.confidence),
      nextText(feed, nowMs),
    ]),
  );
}

function stateText(state: FeedJson['state']): string {
  switch (state) {
    case 'loaded':
      return picocolors.green(state);
    case 'kept':
    case 'awaited':
      return picocolors.yellow(state);
    case 'skipped':
      return picocolors.red(state);
    default:
      return state satisfies never;
  }
}

function ageText({ modifiedAtMs, isOutdated }: FeedJson, nowMs: number): string {
  if (modifiedAtMs === null) return '-';
  const age = spanText(nowMs - modifiedAtMs);
  return isOutdated ? picocolors.yellow(`${age} (outdated)`) : age;
}

function nextText({ update }: FeedJson, nowMs: number): string {
  switch (update.kind) {
    case 'watched':
      return 'watched';
    case 'by-hand':
      return 'by hand';
    case 'at':
      return update.atMs <= nowMs ? 'now' : `in ${spanText(update.atMs - nowMs)}`;
    default:
      return update satisfies never;
  }
}

/** What there is to say beside the row: faults, and where the rest of the file went. */
export function printDetails(feed: FeedJson, nowMs: number, isAll: boolean): void {
  const { name, failure, leftOut, passed, quarantine, lastFailure } = feed;
  const isPlain = leftOut.length === 0 && Object.keys(passed).length === 0;
  if (!isAll && isPlain && failure === null && lastFailure === null) return;
  const lines = [`\n${picocolors.bold(name)}: ${accountText(feed)}`];
  if (isAll) lines.push(indented(factsTable(feed)));
  if (failure !== null) {
    const hint = failure.hint === undefined ? '' : `\n  what to do: ${failure.hint}`;
    lines.push(`  ${picocolors.red(printable(failure.message, 1000))}${hint}`);
  }
  if (lastFailure !== null) {
    const { atMs, count, message } = lastFailure;
    const when = `last fetch failed ${spanText(nowMs - atMs)} ago (${count} in a row)`;
    lines.push(`  ${picocolors.yellow(when)}: ${printable(message, 1000)}`);
  }
  if (leftOut.length > 0) lines.push(indented(leftOutTable(leftOut)));
  if (quarantine !== null) lines.push(`  rows that were left out are kept in ${quarantine}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

function factsTable({ path, fetchedFrom, role, confidence, entry }: FeedJson): string {
  return formatTable(
    ['what', 'value'],
    [
      ['file', path === '' ? '-' : path],
      ['fetched from', fetchedFrom ?? '-'],
      ['entry', entry],
      ['role', role],
      ['confidence', String(confidence)],
    ],
  );
}

export function printOthers(others: readonly OtherEntry[]): void {
  if (others.length === 0) return;
  process.stdout.write('\n');
  for (const { place, why } of others) {
    const text = why === 'live' ? 'asked event by event (live)' : 'switched off (enabled: false)';
    process.stdout.write(`${place}: ${text}\n`);
  }
}
