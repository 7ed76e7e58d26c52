import { link, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { untilArrived, withForwarder } from '../forwarder-session.js';
import type { ForwarderSession } from '../forwarder-session.js';
import { latencyCells, latencyFigures, latencyHeadings } from '../latencies.js';
import type { LatencyFigures } from '../latencies.js';
import { feedFileName, writeFeed } from '../list-files.js';
import { countOf } from '../measure.js';
import { workSetOf } from '../options.js';
import { sendAtPace } from '../paced-sender.js';
import { ProgramError } from '../programs/child.js';
import { memoryOf } from '../process-figures.js';
import { mebibytes, numberText, tableText } from '../report.js';
import { openSender } from '../sender.js';
import { createEvents, expectedHits } from '../work-set.js';
import { setText } from './round-texts.js';
import type { Suite, SuiteContext } from './suite.js';

/** A stretch of time in which events were sent; times of performance.now(). */
interface Phase {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly residentBytes: number;
}

const betweenMs = 2000;
const secondsToMake = 10;

/** The feed is replaced under traffic; the indicators that are hit are in every version of it. */
export const swap: Suite = {
  name: 'swap',
  summary: 'new versions of the feed under traffic: missed detections, latency and memory',
  async run(context) {
    const { options, directory, progress } = context;
    progress.show('making events', 0);
    const common = Math.ceil(options.indicators / 2);
    const rateForSet = options.rate === 'half' ? 50_000 : options.rate;
    const wanted = workSetOf(options, rateForSet * secondsToMake);
    const set = createEvents({ ...wanted, hitIndicators: common });
    const versions = await writeVersions(context, common);
    const feedPath = join(directory, feedFileName(options.feedFormat));
    await link(versions[0], feedPath);

    const sentAtMs = new Float64Array(set.events);
    const hits: { readonly sentAtMs: number; readonly tookMs: number }[] = [];
    const onDetection = (event: number, nowMs: number): void => {
      const sent = sentAtMs[event] ?? NaN;
      hits.push({ sentAtMs: sent, tookMs: nowMs - sent });
    };
    return withForwarder(context, { set, feedPath, onDetection }, async (session) => {
      hits.length = 0;
      const { running, collector, mostEventsPerSecond } = session;
      const rate =
        options.rate === 'half' ? Math.max(1, Math.round(mostEventsPerSecond / 2)) : options.rate;
      const socket = await openSender(running.port);
      let isOver = false;
      const latenessMs: number[] = [];
      const pace = { eventsPerSecond: rate, isOver: () => isOver };
      const sending = sendAtPace(socket, set, pace, { sentAtMs, latenessMs });
      // Its failure shows when it is awaited; until then nobody listens.
      sending.catch(() => undefined);
      const phases = await swapVersions(context, session, versions, feedPath).finally(() => {
        isOver = true;
      });
      const sent = await sending;
      const expected = countOf(expectedHits(set, sent));
      await untilArrived(collector, expected);
      socket.destroy();
      const { found, extra } = collector.judge(sent);
      const rows = phases.map(({ name, fromMs, toMs, residentBytes }) => ({
        phase: name,
        seconds: (toMs - fromMs) / 1000,
        latencyMs: latencyFigures(
          hits
            .filter((hit) => hit.sentAtMs >= fromMs && hit.sentAtMs < toMs)
            .map((hit) => hit.tookMs),
        ),
        residentBytes,
      }));
      const senderLatenessMs = latencyFigures(latenessMs);
      const missed = expected - found;
      const data = { rate, events: sent, expected, found, missed, extra, rows, senderLatenessMs };
      const text =
        `${setText({ ...options, events: sent }, set.events)}\n` +
        `${numberText(rate)} events/s, ${options.swaps} new versions of the feed, half of it another one each; ` +
        `missed ${missed} of ${numberText(expected)} detections, extra ${extra}\n\n` +
        rowsText(rows, senderLatenessMs);
      return { text, data };
    });
  },
};

/** Two versions of the feed, written before: making them must not disturb the sender. */
export async function writeVersions(
  { options, directory, progress }: SuiteContext,
  common: number,
): Promise<readonly [string, string]> {
  const { indicators, maskShare, feedFormat } = options;
  const write = async (name: string, others: number): Promise<string> => {
    progress.show(`writing version ${name} of the feed`, 0);
    const path = join(directory, `version-${name}`);
    await writeFeed(path, feedFormat, { indicators, maskShare }, { common, others });
    return path;
  };
  return [await write('a', common), await write('b', indicators)];
}

/** Replaces the feed as often as asked, quiet stretches between; says what was when. */
async function swapVersions(
  { options, progress }: SuiteContext,
  { running }: ForwarderSession,
  versions: readonly [string, string],
  feedPath: string,
): Promise<readonly Phase[]> {
  const phases: Phase[] = [];
  let fromMs = performance.now();
  const endPhase = (name: string): void => {
    const toMs = performance.now();
    phases.push({ name, fromMs, toMs, residentBytes: memoryOf(running.pid).residentBytes });
    fromMs = toMs;
  };
  await sleep(betweenMs);
  endPhase('before');
  for (let number = 1; number <= options.swaps; number += 1) {
    progress.show(`swap ${number} of ${options.swaps}`, number / options.swaps);
    const reloads = countIn(running.log(), '"service.reloaded"');
    const fresh = `${feedPath}.new`;
    await link(versions[number % 2] ?? '', fresh);
    await rename(fresh, feedPath);
    running.child.signal('SIGHUP');
    await running.child.until(() => {
      if (running.log().includes('"service.reload_failed"')) {
        throw new ProgramError(`reload ${number} failed:\n${running.log().slice(-2048)}`);
      }
      return countIn(running.log(), '"service.reloaded"') > reloads;
    }, `reload ${number}`);
    endPhase(`swap ${number}`);
    await sleep(betweenMs);
    endPhase(`after ${number}`);
  }
  return phases;
}

function countIn(text: string, part: string): number {
  return text.split(part).length - 1;
}

interface PhaseRow {
  readonly phase: string;
  readonly seconds: number;
  readonly latencyMs: LatencyFigures;
  readonly residentBytes: number;
}

function rowsText(rows: readonly PhaseRow[], senderLateness: LatencyFigures): string {
  const cells = rows.map(({ phase, seconds, latencyMs, residentBytes }) => [
    phase,
    seconds.toFixed(1),
    ...latencyCells(latencyMs),
    mebibytes(residentBytes),
  ]);
  const sender = ["the sender's own lateness", '', ...latencyCells(senderLateness)];
  return tableText(['', 'seconds', ...latencyHeadings, 'MiB after'], [...cells, sender]);
}
