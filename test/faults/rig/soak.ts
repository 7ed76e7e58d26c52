// npm run soak -- --minutes M: 5,000 events/s, one in a hundred with a detection, the feed replaced
// each minute, the collector restarted every five. Fails when a detection is lost or memory or open
// files grow. M is 60 when absent; in a shorter run the rest comes oftener.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { rsyslogDaemon } from '../../support/rsyslog.js';
import { detectionIdentifier, EventSource, eventStream } from './events.js';
import { percentileOf, sampleOf, slopeOf } from './figures.js';
import type { ProcessSample } from './figures.js';
import { createForwarder } from './forwarder.js';
import { Oracle, verdictLine } from './oracle.js';
import { endAndStart } from './restarts.js';
import { resultText } from './results.js';
import { readAll } from './trial.js';

const minutes = Number(process.argv[process.argv.indexOf('--minutes') + 1] ?? NaN) || 60;
const lastMs = minutes * 60_000;
const perSecond = 5000;
const oneIn = 100;
const megabyte = 2 ** 20;

const daemon = await rsyslogDaemon({ input: 'imptcp' });
const forwarder = await createForwarder(`tcp://127.0.0.1:${daemon.port}`);

/** A feed with the one host that is looked for and many that change with each version. */
async function putFeed(version: number): Promise<void> {
  const hosts = Array.from({ length: 50_000 }, (_, at) => `host-${version}-${at}.example`);
  const file = join(forwarder.directory, 'feeds/soak.txt');
  await writeFile(`${file}.part`, ['fakess123.nu', ...hosts, ''].join('\n'));
  await rename(`${file}.part`, file);
}

/** How long a question to the service's own HTTP server takes: the delay of its event loop. */
async function answerMs(): Promise<number> {
  const beganAtMs = performance.now();
  await forwarder.metrics();
  return performance.now() - beganAtMs;
}

try {
  await mkdir(join(forwarder.directory, 'feeds'));
  await putFeed(0);
  await writeFile(join(forwarder.directory, 'forwarder.yaml'), 'feeds:\n  - feeds/soak.txt\n');
  await daemon.start();
  await forwarder.start();
  const source = new EventSource(forwarder.jsaPort);
  const samples: ProcessSample[] = [];
  const answers: number[] = [];
  let hasEnded = false;
  const isOver = (): boolean => hasEnded;
  let [versions, restarts] = [0, 0];
  const every = async (everyMs: number, work: () => Promise<void>): Promise<void> => {
    while (!isOver()) {
      const until = performance.now() + everyMs;
      while (!isOver() && performance.now() < until) await sleep(Math.min(100, everyMs));
      if (!isOver()) await work();
    }
  };
  const side = [
    every(Math.min(60_000, lastMs / 6), () => putFeed(++versions)),
    every(Math.min(300_000, lastMs / 4), async () => {
      await endAndStart(daemon, restarts++ % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
    }),
    every(1000, async () => {
      samples.push(sampleOf(forwarder.process.pid));
      answers.push(await answerMs());
    }),
  ];
  await source.send({ count: minutes * 60 * perSecond, perSecond, oneIn });
  hasEnded = true;
  await Promise.all(side);
  const isDrained = await forwarder.until((sum) => sum('tf_delivery_waiting') === 0, 60_000);
  await source.close();
  const { exitCode } = await forwarder.stop();
  const oracle = await readAll(daemon, new Oracle(detectionIdentifier()));
  const verdict = oracle.judge(eventStream, source.sent);

  // The first sixth, at most ten minutes, is for warming up.
  const warm = samples.slice(Math.min(600, Math.ceil(samples.length / 6)));
  const perHour = 3_600_000;
  const rssSlope = slopeOf(warm.map(({ atMs, residentBytes }) => [atMs, residentBytes] as const));
  const fileSlope = slopeOf(warm.map(({ atMs, openFiles }) => [atMs, openFiles] as const));
  const part = Math.max(1, Math.floor(warm.length / 5));
  const middle = (of: readonly ProcessSample[], what: 'residentBytes' | 'openFiles'): number =>
    percentileOf(
      of.map((sample) => sample[what]),
      0.5,
    );
  const [first, last] = [warm.slice(0, part), warm.slice(-part)];
  const grown = middle(last, 'residentBytes') - middle(first, 'residentBytes');
  const files = middle(last, 'openFiles') - middle(first, 'openFiles');
  process.stdout.write(
    `${resultText({
      test: `soak of ${minutes} min, ${perSecond} events/s, ${versions} feeds, ${restarts} restarts`,
      sender: 'service',
      result: verdictLine(verdict),
      figures: {
        'memory at the end': `${Math.round(middle(last, 'residentBytes') / megabyte)} MiB`,
        'memory slope': `${((rssSlope * perHour) / megabyte).toFixed(1)} MiB/h`,
        'open files slope': `${(fileSlope * perHour).toFixed(1)}/h`,
        'answers p99': `${percentileOf(answers, 0.99).toFixed(0)} ms`,
      },
    })}\n`,
  );
  const faults = [
    ...(verdict.lost > 0 ? [`${verdict.lost} detections were lost`] : []),
    ...(verdict.alien > 0 ? [`${verdict.alien} lines that nobody sent`] : []),
    ...(isDrained ? [] : ['messages still waited a minute after the end']),
    ...(exitCode === 0 ? [] : [`the service ended with ${String(exitCode)}`]),
    // Less than that is the garbage collector's breathing.
    ...(grown > 24 * megabyte + 0.1 * middle(first, 'residentBytes')
      ? [`memory grew by ${Math.round(grown / megabyte)} MiB`]
      : []),
    ...(files > 4 ? [`${files} more files are open`] : []),
  ];
  for (const fault of faults) process.stdout.write(`failed: ${fault}\n`);
  process.stdout.write(
    `${faults.length === 0 ? 1 : 0} passed, ${Math.min(1, faults.length)} failed, 0 skipped\n`,
  );
  process.exitCode = Math.min(1, faults.length);
} finally {
  await forwarder.remove();
  await daemon.remove();
}
