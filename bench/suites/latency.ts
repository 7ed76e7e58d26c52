import { withForwarder, untilArrived } from '../forwarder-session.js';
import { latencyCells, latencyFigures, latencyHeadings } from '../latencies.js';
import { ListFiles } from '../list-files.js';
import { countOf } from '../measure.js';
import { workSetOf } from '../options.js';
import { sendAtPace } from '../paced-sender.js';
import { cpuSecondsOf, memoryOf } from '../process-figures.js';
import { mebibytes, numberText, tableText } from '../report.js';
import { openSender } from '../sender.js';
import { createEvents, expectedHits } from '../work-set.js';
import { setText } from './round-texts.js';
import type { Suite } from './suite.js';

/** Events at an even rate; how long until a detection is at the collector. */
export const latency: Suite = {
  name: 'latency',
  summary: 'from the write of an event to its detection at the collector, at a fixed rate',
  async run(context) {
    const { options, directory, progress } = context;
    progress.show('making events', 0);
    const wanted = options.rate === 'half' ? options.events : options.rate * options.seconds;
    const set = createEvents(workSetOf(options, wanted));
    const feedPath = await new ListFiles(directory, options, options.feedFormat).feed();
    const sentAtMs = new Float64Array(set.events);
    const latenciesMs: number[] = [];
    const onDetection = (event: number, nowMs: number): void => {
      latenciesMs.push(nowMs - (sentAtMs[event] ?? NaN));
    };
    const session = { set, feedPath, onDetection };
    return withForwarder(context, session, async ({ running, collector, mostEventsPerSecond }) => {
      const rate =
        options.rate === 'half' ? Math.max(1, Math.round(mostEventsPerSecond / 2)) : options.rate;
      const events = rate * options.seconds;
      const latenessMs: number[] = [];
      const socket = await openSender(running.port);
      latenciesMs.length = 0;
      const cpuBefore = cpuSecondsOf(running.pid);
      const startedAtMs = performance.now();
      const isOver = (sent: number): boolean => {
        progress.show(`${numberText(rate)} events a second`, sent / events);
        return sent >= events;
      };
      const pace = { eventsPerSecond: rate, isOver };
      const sent = await sendAtPace(socket, set, pace, { sentAtMs, latenessMs });
      const seconds = (performance.now() - startedAtMs) / 1000;
      const expected = countOf(expectedHits(set, sent));
      await untilArrived(collector, expected);
      const cpuSeconds = cpuSecondsOf(running.pid) - cpuBefore;
      socket.destroy();
      const data = {
        rate,
        achievedRate: sent / seconds,
        mostEventsPerSecond,
        events: sent,
        cpuSecondsPerMillion: (cpuSeconds * 1e6) / sent,
        residentBytes: memoryOf(running.pid).residentBytes,
        expected,
        ...collector.judge(sent),
        latencyMs: latencyFigures(latenciesMs),
        senderLatenessMs: latencyFigures(latenessMs),
      };
      const rows = [
        ['event written to detection', ...latencyCells(data.latencyMs)],
        ["the sender's own lateness", ...latencyCells(data.senderLatenessMs)],
      ];
      const text =
        `${setText({ ...options, events: sent }, set.events)}\n` +
        `${numberText(data.achievedRate)} events/s for ${options.seconds} s ` +
        `(at most about ${numberText(mostEventsPerSecond)}), ` +
        `${data.cpuSecondsPerMillion.toFixed(2)} CPU s/million, ${mebibytes(data.residentBytes)} MiB; ` +
        `found ${numberText(data.found)}/${numberText(expected)}, extra ${data.extra}\n\n` +
        tableText(['', ...latencyHeadings], rows);
      return { text, data };
    });
  },
};
