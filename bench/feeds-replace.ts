import { copyFile, link, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { untilArrived, withForwarder } from './forwarder-session.js';
import { latencyCells, latencyFigures, latencyHeadings } from './latencies.js';
import { feedFileName } from './list-files.js';
import { countOf } from './measure.js';
import { workSetOf } from './options.js';
import { sendAtPace } from './paced-sender.js';
import { cpuSecondsOf, memoryOf } from './process-figures.js';
import { mebibytes, numberText, tableText } from './report.js';
import { openSender } from './sender.js';
import { setText } from './suites/round-texts.js';
import type { Suite } from './suites/suite.js';
import { writeVersions } from './suites/swap.js';
import { createEvents, expectedHits } from './work-set.js';

const quietMs = 10_000;
const secondsToMake = 10;

/**
 * The feed is replaced by rename again and again, whether or not the version before is in use by
 * then; nobody tells the service. What is hit is in every version.
 */
export const replace: Suite = {
  name: 'replace',
  summary: 'the feed replaced every few seconds under traffic: missed detections and latency',
  async run(context) {
    const { options, directory, progress } = context;
    progress.show('making events', 0);
    const common = Math.ceil(options.indicators / 2);
    const perSecond = options.rate === 'half' ? 50_000 : options.rate;
    const wanted = workSetOf(options, perSecond * secondsToMake);
    const set = createEvents({ ...wanted, hitIndicators: common });
    const versions = await writeVersions(context, common);
    const feedPath = join(directory, feedFileName(options.feedFormat));
    await link(versions[0], feedPath);

    const sentAtMs = new Float64Array(set.events);
    const quiet: number[] = [];
    const busy: number[] = [];
    let isBusy = false;
    const onDetection = (event: number, nowMs: number): void => {
      (isBusy ? busy : quiet).push(nowMs - (sentAtMs[event] ?? NaN));
    };
    return withForwarder(context, { set, feedPath, onDetection }, async (session) => {
      quiet.length = 0;
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
      const before = memoryOf(running.pid);
      const replaced = Math.ceil(options.seconds / options.everySeconds);
      const replaceAll = async (): Promise<number> => {
        await sleep(quietMs);
        const cpuBefore = cpuSecondsOf(running.pid);
        isBusy = true;
        for (let number = 1; number <= replaced; number += 1) {
          progress.show(`version ${number} of ${replaced}`, number / replaced);
          const fresh = `${feedPath}.tmp`;
          // Copied: each version has a time of its own, or every other one would be in use already.
          await copyFile(versions[number % 2] ?? '', fresh);
          await rename(fresh, feedPath);
          await sleep(options.everySeconds * 1000);
        }
        return cpuSecondsOf(running.pid) - cpuBefore;
      };
      const cpuSeconds = await replaceAll().finally(() => {
        isOver = true;
      });
      const sent = await sending;
      const expected = countOf(expectedHits(set, sent));
      await untilArrived(collector, expected);
      socket.destroy();
      const { found, extra } = collector.judge(sent);
      const log = running.log();
      const data = {
        rate,
        events: sent,
        expected,
        found,
        missed: expected - found,
        extra,
        replaced,
        taken: log.split('"service.reloaded"').length - 1,
        failed: log.split('"service.reload_failed"').length - 1,
        cpuSeconds,
        residentBytes: { before: before.residentBytes, peak: memoryOf(running.pid).peakBytes },
        latencyMs: { quiet: latencyFigures(quiet), busy: latencyFigures(busy) },
        senderLatenessMs: latencyFigures(latenessMs),
      };
      const rows = [
        ['before', ...latencyCells(data.latencyMs.quiet)],
        ['while versions follow each other', ...latencyCells(data.latencyMs.busy)],
        ["the sender's own lateness", ...latencyCells(data.senderLatenessMs)],
      ];
      const text =
        `${setText({ ...options, events: sent }, set.events)}\n` +
        `${numberText(rate)} events/s; ${replaced} versions, one every ${options.everySeconds} s, ` +
        `of which ${data.taken} came into use and ${data.failed} failed; ` +
        `${data.cpuSeconds.toFixed(1)} CPU s in ${options.seconds} s; missed ${data.missed} of ${numberText(expected)} detections, extra ${extra}; ` +
        `${mebibytes(data.residentBytes.before)} MiB before, ${mebibytes(data.residentBytes.peak)} at most\n\n` +
        tableText(['', ...latencyHeadings], rows);
      return { text, data };
    });
  },
};
