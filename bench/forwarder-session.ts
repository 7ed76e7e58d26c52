import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startCollector } from './collector.js';
import type { Collector, DetectionListener } from './collector.js';
import { sendAndWait } from './measure.js';
import { forwarder, startForwarder } from './programs/forwarder.js';
import type { RunningForwarder } from './programs/forwarder.js';
import type { SuiteContext } from './suites/suite.js';
import type { EventSet } from './work-set.js';

/** The service, warm, with its collector. */
export interface ForwarderSession {
  readonly running: RunningForwarder;
  readonly collector: Collector;
  /** Events per second at most, as the warm-up took them; rough. */
  readonly mostEventsPerSecond: number;
}

export interface SessionOptions {
  readonly set: EventSet;
  readonly feedPath: string;
  readonly onDetection: DetectionListener;
}

/** Runs `body` with the service started and warm; ends it and removes its directory afterwards. */
export async function withForwarder<Result>(
  { options, directory, progress }: SuiteContext,
  { set, feedPath, onDetection }: SessionOptions,
  body: (session: ForwarderSession) => Promise<Result>,
): Promise<Result> {
  const own = await mkdtemp(join(directory, 'forwarder-'));
  const collector = await startCollector(set, onDetection);
  let running: RunningForwarder | undefined;
  try {
    progress.show('starting', 0);
    const file = forwarder.find(options.paths) ?? '';
    running = await startForwarder(file, own, collector.port, feedPath);
    const events = Math.max(1, options.warmUpEvents);
    const onProgress = (): void => {
      progress.show('warming up', 0);
    };
    const sending = { program: forwarder, running, collector, set, onProgress };
    // Twice: the first time Node compiles what runs often.
    await sendAndWait({ ...sending, events });
    const seconds = await sendAndWait({ ...sending, events });
    collector.reset();
    return await body({ running, collector, mostEventsPerSecond: events / seconds });
  } finally {
    await running?.stop();
    collector.close();
    await rm(own, { recursive: true, force: true });
  }
}

/** Waits until as many detections have arrived as are expected, 10 s at most. */
export async function untilArrived(collector: Collector, expected: number): Promise<void> {
  for (let waitedMs = 0; collector.lines < expected && waitedMs < 10_000; waitedMs += 20) {
    await sleep(20);
  }
}
