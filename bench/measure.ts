import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startCollector } from './collector.js';
import type { Collector } from './collector.js';
import { cpuSecondsOf, memoryOf } from './process-figures.js';
import type { ListFiles } from './list-files.js';
import type { BenchProgram, RunningProgram } from './programs/index.js';
import { openSender, sendAll } from './sender.js';
import { expectedHits } from './work-set.js';
import type { EventSet } from './work-set.js';

/** The figures of one program in one round. */
export interface Measured {
  readonly events: number;
  readonly cpuSecondsPerMillion: number;
  readonly eventsPerSecond: number;
  /** From the program's start until it takes events, its list loaded; of a peer, has taken one. */
  readonly startSeconds: number;
  /** CPU seconds of the start. */
  readonly startCpuSeconds: number;
  /** Resident memory before the events, the most ever (loading included), and after them. */
  readonly steadyBytes: number;
  readonly peakBytes: number;
  readonly endBytes: number;
  readonly found: number;
  readonly expected: number;
  /** Hits that only a URL mask finds; part of `expected`. */
  readonly expectedByMask: number;
  readonly extra: number;
}

export interface MeasureOptions {
  readonly program: BenchProgram;
  /** The program's file. */
  readonly file: string;
  /** Where directories of its own are made; the lists lie there too. */
  readonly directory: string;
  readonly list: ListFiles;
  readonly set: EventSet;
  readonly events: number;
  /** Events sent before, which are not counted: a program that compiles itself must be warm. */
  readonly warmUpEvents: number;
  /** Told what is being done and how far it is, 0 to 1. */
  readonly onProgress: (what: string, share: number) => void;
}

/** Starts a program, sends it all events as fast as it takes them, and ends it. */
export async function measure(options: MeasureOptions): Promise<Measured> {
  const { program, set, events, onProgress } = options;
  const directory = await mkdtemp(join(options.directory, `${program.name}-`));
  const collector = await startCollector(set);
  let running: RunningProgram | undefined;
  try {
    onProgress(`${program.name}: starting`, 0);
    running = await program.start(options.file, {
      directory,
      collectorPort: collector.port,
      list: options.list,
    });
    const { pid } = running;
    // Some load their lists with the first event: that belongs to the start.
    const first = { ...options, running, collector, events: 1 };
    const startSeconds = running.startSeconds + (program.isPeer ? await sendAndWait(first) : 0);
    collector.reset();
    const steady = memoryOf(pid);
    const startCpuSeconds = cpuSecondsOf(pid);
    if (options.warmUpEvents > 0) {
      onProgress(`${program.name}: warming up`, 0);
      await sendAndWait({ ...options, running, collector, events: options.warmUpEvents });
      collector.reset();
    }
    const cpuBefore = cpuSecondsOf(pid);
    const seconds = await sendAndWait({ ...options, running, collector });
    const cpuSeconds = cpuSecondsOf(pid) - cpuBefore;
    const end = memoryOf(pid);
    const expected = program.detects ? expectedHits(set, events) : noHits;
    return {
      events,
      cpuSecondsPerMillion: (cpuSeconds * 1e6) / events,
      eventsPerSecond: events / seconds,
      startSeconds,
      startCpuSeconds,
      steadyBytes: steady.residentBytes,
      peakBytes: end.peakBytes,
      endBytes: end.residentBytes,
      expected: countOf(expected),
      expectedByMask: expected.mask,
      ...collector.judge(events),
    };
  } finally {
    await running?.stop();
    collector.close();
    await rm(directory, { recursive: true, force: true });
  }
}

const noHits = { md5: 0, host: 0, ip: 0, mask: 0 };

/** Hits of all kinds. */
export function countOf({ md5, host, ip, mask }: typeof noHits): number {
  return md5 + host + ip + mask;
}

/** What sendAndWait() needs. */
export interface Sending {
  readonly program: BenchProgram;
  readonly running: RunningProgram;
  readonly collector: Collector;
  readonly set: EventSet;
  readonly events: number;
  readonly onProgress: (what: string, share: number) => void;
}

/**
 * Sends events over a connection of their own as fast as they are taken; resolves, when the program
 * has done its work, to the seconds it took.
 */
export async function sendAndWait(sending: Sending): Promise<number> {
  const { program, running, set, events, onProgress } = sending;
  const receivedBefore = await running.received();
  const expected = program.detects ? expectedHits(set, events) : noHits;
  const socket = await openSender(running.port);
  const startedAtMs = performance.now();
  await sendAll(socket, set, events, (sent) => {
    onProgress(`${program.name}: ${events} events`, sent / events);
  });
  const doneAtMs = await untilQuiet({
    ...sending,
    exactCount: countOf(expected) - expected.mask,
    receivedCount: receivedBefore === undefined ? undefined : receivedBefore + events,
  });
  socket.destroy();
  return (doneAtMs - startedAtMs) / 1000;
}

interface Watched extends Sending {
  /** Detections that every program can make. */
  readonly exactCount: number;
  /** What a program that counts its events must come to. */
  readonly receivedCount: number | undefined;
}

const sampleMs = 50;
const busyShare = 0.4;
const quietMs = 400;
const longQuietMs = 3000;
const longestWaitMs = 600_000;

/**
 * Waits until a program has done its work; resolves to the time when it last did something, which is
 * taking a good part of a core or sending a detection. It is done when it has been quiet for a while
 * and has said, or shown by its detections, that it has all events; one that shows neither is given
 * some seconds more.
 */
async function untilQuiet(watched: Watched): Promise<number> {
  const { running, collector, exactCount, receivedCount = 0 } = watched;
  const startedAtMs = performance.now();
  let activeAtMs = startedAtMs;
  let sampledAtMs = startedAtMs;
  let cpuSeconds = cpuSecondsOf(running.pid);
  for (;;) {
    await sleep(sampleMs);
    const nowMs = performance.now();
    const cpuNow = cpuSecondsOf(running.pid);
    if ((cpuNow - cpuSeconds) * 1000 >= busyShare * (nowMs - sampledAtMs)) activeAtMs = nowMs;
    activeAtMs = Math.max(activeAtMs, collector.lastAtMs);
    cpuSeconds = cpuNow;
    sampledAtMs = nowMs;
    const quietForMs = nowMs - activeAtMs;
    if (quietForMs < quietMs) continue;
    const isComplete =
      collector.lines >= exactCount && ((await running.received()) ?? 0) >= receivedCount;
    if (isComplete || quietForMs >= longQuietMs) return activeAtMs;
    if (nowMs - startedAtMs > longestWaitMs) return activeAtMs;
  }
}
