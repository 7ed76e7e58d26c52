import { existsSync } from 'node:fs';

import picocolors from 'picocolors';

import { exitCodes, ServiceError } from '../../core/index.js';
import type { LoadedConfig } from '../../config/index.js';
import { quarantinePath } from '../../service/indexing/quarantine.js';
import { surveyFeeds, type FeedSurvey } from '../../service/indexing/survey-feeds.js';
import { configOf } from './config-options.js';
import { feedsJson, type FeedJson } from './feeds-json.js';
import { fetchPlans } from './feeds-plans.js';
import { accountText, indented, kindsIn, leftOutTable, spanText } from './feeds-tables.js';
import { createProgressBar } from './progress.js';
import { formatTable, printable, printJson, printTable } from './table.js';

/** Shows what became of each feed, or of one, and why not all of it; resolves to the exit code. */
export async function listFeeds(
  options: Readonly<Record<string, unknown>>,
  name: string | undefined,
): Promise<number> {
  const loaded = await configOf(options);
  const nowMs = Date.now();
  const survey = await surveyWithProgress(loaded, nowMs);
  const plans = await fetchPlans(loaded, survey.feeds, nowMs);
  const feeds = feedsJson(survey.feeds, plans, (feed) => quarantineOf(loaded, feed));
  const chosen = name === undefined ? feeds : [namedFeed(feeds, name)];
  const { pin, from } = survey;
  if (options['json'] === true) {
    printJson({ from, pinned: pin ?? null, feeds: chosen });
    return exitCodes.done;
  }
  if (pin !== undefined) printPin(pin, nowMs);
  if (chosen.length === 0) {
    process.stdout.write('no feeds are configured; threat-forwarder feeds add PATH|URL adds one\n');
    return exitCodes.done;
  }
  printFeeds(chosen, nowMs);
  for (const feed of chosen) printDetails(feed, nowMs, name !== undefined);
  return exitCodes.done;
}

async function surveyWithProgress(loaded: LoadedConfig, nowMs: number): Promise<FeedSurvey> {
  const bar = createProgressBar({ stream: process.stderr, nowMs: Date.now });
  try {
    return await surveyFeeds(loaded, {
      nowMs,
      onProgress({ bytes, totalBytes, feed }) {
        bar.update(bytes, totalBytes, `reading ${feed}`);
      },
    });
  } finally {
    bar.clear();
  }
}

function quarantineOf({ config }: LoadedConfig, feed: string): string | undefined {
  const path = quarantinePath(config.index.directory, feed);
  return existsSync(path) ? path : undefined;
}

function namedFeed(feeds: readonly FeedJson[], name: string): FeedJson {
  const feed = feeds.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (feed !== undefined) return feed;
  throw new ServiceError('TF_USAGE', `there is no feed "${name}"`, {
    hint: `there are: ${feeds.map((one) => one.name).join(', ') || 'none'}`,
  });
}

function printPin({ name, path, loadedAtMs }: NonNullable<FeedSurvey['pin']>, nowMs: number): void {
  const which = name === undefined ? path : `${name} (${path})`;
  process.stdout.write(
    `${picocolors.yellow(`PINNED: the index ${which} is used instead of the feeds, since ${spanText(nowMs - loadedAtMs)}.`)}\n` +
      'Below are the feeds as they are in it. Back to the configured feeds: threat-forwarder feeds load --release\n\n',
  );
}

function printFeeds(feeds: readonly FeedJson[], nowMs: number): void {
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
function printDetails(feed: FeedJson, nowMs: number, isAll: boolean): void {
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
