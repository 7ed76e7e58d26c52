import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { cpuSecondsOf, memoryOf } from '../process-figures.js';
import type { Client } from './client-process.js';
import type { Load, LoadFigures, LoadKind } from './load.js';
import type { LookupProgram, LookupStart, RunningLookups } from './programs.js';

/** What a load cost a program, and what the client saw of it. */
export interface MeasuredLoad extends LoadFigures {
  readonly kind: LoadKind;
  /** CPU seconds of the program, all threads, for a million requests. */
  readonly cpuSecondsPerMillion: number;
  readonly clientCpuSecondsPerMillion: number;
  /** Resident memory of the program after the load, and the most ever (loading included). */
  readonly residentBytes: number;
  readonly peakBytes: number;
}

/** One program in one round: all its loads, one after the other. */
export interface MeasuredLookups {
  readonly startSeconds: number;
  readonly steadyBytes: number;
  readonly loads: readonly MeasuredLoad[];
}

/** A load without what the program decides. */
export type WantedLoad = Omit<Load, 'port' | 'detects' | 'rate'> & {
  /** open: requests per second, or half of what the closed load before it came to. */
  readonly rate: number | 'half';
};

export interface MeasureLookupsOptions extends LookupStart {
  readonly program: LookupProgram;
  readonly client: Client;
  /** Requests before, in a closed loop, which are not counted: Node compiles what runs often. */
  readonly warmUp: WantedLoad | undefined;
  readonly loads: readonly WantedLoad[];
  /** Told what is being done. */
  readonly onProgress: (what: string) => void;
}

/** Starts a program, puts the loads on it and ends it. */
export async function measureLookups(options: MeasureLookupsOptions): Promise<MeasuredLookups> {
  const { program, warmUp, onProgress } = options;
  const directory = await mkdtemp(join(options.directory, `lookups-${program.name}-`));
  let running: RunningLookups | undefined;
  try {
    onProgress(`${program.name}: starting`);
    running = await program.start({ ...options, directory });
    const steadyBytes = memoryOf(running.pid).residentBytes;
    if (warmUp !== undefined) {
      onProgress(`${program.name}: warming up`);
      await measureLoad(options, running, warmUp, 0);
    }
    const loads: MeasuredLoad[] = [];
    for (const load of options.loads) {
      onProgress(`${program.name}: ${load.kind}`);
      const closed = loads.find(({ kind }) => kind === 'closed');
      loads.push(await measureLoad(options, running, load, (closed?.perSecond ?? 0) / 2));
    }
    return { startSeconds: running.startSeconds, steadyBytes, loads };
  } finally {
    await running?.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function measureLoad(
  { program, client }: MeasureLookupsOptions,
  { pid, port }: RunningLookups,
  wanted: WantedLoad,
  half: number,
): Promise<MeasuredLoad> {
  const rate = wanted.rate === 'half' ? Math.max(1, Math.round(half)) : wanted.rate;
  const cpuBefore = cpuSecondsOf(pid);
  const figures = await client.run({ ...wanted, rate, port, detects: program.detects });
  const cpuSeconds = cpuSecondsOf(pid) - cpuBefore;
  const { residentBytes, peakBytes } = memoryOf(pid);
  const perMillion = 1e6 / Math.max(1, figures.answered);
  return {
    ...figures,
    kind: wanted.kind,
    cpuSecondsPerMillion: cpuSeconds * perMillion,
    clientCpuSecondsPerMillion: figures.clientCpuSeconds * perMillion,
    residentBytes,
    peakBytes,
  };
}
