import { existsSync } from 'node:fs';

import { exitCodes, ServiceError } from '../../../core/index.js';
import type { LoadedConfig } from '../../../config/index.js';
import { shownAddress } from '../../../net/index.js';
import { quarantinePath } from '../../../service/indexing/quarantine.js';
import { surveyFeeds, type FeedSurvey } from '../../../service/indexing/survey-feeds.js';
import { configOf } from '../config-options.js';
import { feedsJson, type FeedJson } from './json.js';
import { fetchPlans } from './plans.js';
import { printDetails, printFeeds, printOthers, printPin, type OtherEntry } from './list-text.js';
import { createProgressBar } from '../progress.js';
import { printJson } from '../table.js';

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
    printJson({ from, pinned: pin ?? null, feeds: chosen, others: othersOf(loaded) });
    return exitCodes.done;
  }
  if (pin !== undefined) printPin(pin, nowMs);
  if (chosen.length === 0) {
    process.stdout.write('no feeds are in use; threat-forwarder feeds add PATH|URL adds one\n');
    printOthers(othersOf(loaded));
    return exitCodes.done;
  }
  printFeeds(chosen, nowMs);
  for (const feed of chosen) printDetails(feed, nowMs, name !== undefined);
  if (name === undefined) printOthers(othersOf(loaded));
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

function othersOf({ config }: LoadedConfig): readonly OtherEntry[] {
  return config.feeds.flatMap((feed): OtherEntry[] => {
    const { name, path, url, taxii, misp, enabled, live } = feed;
    if (enabled && !live) return [];
    const address = url ?? taxii ?? misp;
    const place = address === undefined ? (path ?? '') : shownAddress(address);
    const shown = name === undefined ? place : `${name} (${place})`;
    return [{ place: shown, why: enabled ? 'live' : 'disabled' }];
  });
}

function namedFeed(feeds: readonly FeedJson[], name: string): FeedJson {
  const feed = feeds.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (feed !== undefined) return feed;
  throw new ServiceError('TF_USAGE', `there is no feed "${name}"`, {
    hint: `there are: ${feeds.map((one) => one.name).join(', ') || 'none'}`,
  });
}
