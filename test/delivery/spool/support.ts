import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach } from '@jest/globals';

import {
  openSpool,
  type Entry,
  type Spool,
  type SpoolOptions,
} from '../../../forwarder/delivery/spool/index.js';
import { testCounters, testLogger, type TestCounters } from '../../faults/messages.js';
import { entryOf } from './entries.js';

// In memory where possible: thousands of syncs would take minutes on a disk.
const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export { entryOf };

const folders: string[] = [];
const open = new Set<Spool>();

afterEach(async () => {
  for (const spool of open) await spool.close();
  open.clear();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(place, 'tf-spool-'));
  folders.push(folder);
  return folder;
}

export interface OpenedSpool {
  readonly spool: Spool;
  readonly counters: TestCounters;
  readonly logger: ReturnType<typeof testLogger>;
  /** What onEvicted was told. */
  readonly evicted: number[];
  readonly health: boolean[];
  readonly corrupt: () => number;
}

/** Opens a spool with small files and quick retries; it is closed after the test. */
export async function openTest(
  directory: string,
  options: Partial<SpoolOptions> = {},
): Promise<OpenedSpool> {
  const counters = testCounters();
  const logger = testLogger();
  const evicted: number[] = [];
  const health: boolean[] = [];
  const spool = await openSpool({
    directory,
    maxBytes: 2 ** 26,
    segmentBytes: 4096,
    whenFull: 'dropOldest',
    syncMs: 5,
    counters,
    logger,
    clock: Date.now,
    events: {
      onEvicted: (belowSeq) => evicted.push(belowSeq),
      onHealth: (isHealthy) => health.push(isHealthy),
    },
    ...options,
    timing: { retryMs: 20, checkpointMs: 5, gatherMs: 0, ...options.timing },
  });
  open.add(spool);
  const corrupt = (): number => counters.total('tf_spool_corrupt_records_total');
  return { spool, counters, logger, evicted, health, corrupt };
}

/** It is closed by somebody else, or never: its process is played to have died. */
export function leaveOpen(spool: Spool): void {
  open.delete(spool);
}

/** Appends the next `count` messages. */
export function appendSome(spool: Spool, count: number, bodyLength?: number): void {
  for (let left = count; left > 0; left--) {
    if (!spool.append(entryOf(spool.nextSeq, bodyLength))) throw new Error('not taken');
  }
}

/** Waits until a thing is so; a fault after `limitMs`. */
export async function until(isSo: () => boolean, limitMs = 10_000): Promise<void> {
  const endsAt = Date.now() + limitMs;
  while (!isSo()) {
    if (Date.now() > endsAt) throw new Error(`not within ${limitMs} ms: ${isSo.toString()}`);
    await sleep(1);
  }
}

/** Waits until all that was appended is written. */
export async function allWritten(spool: Spool): Promise<void> {
  await until(() => spool.writtenSeq === spool.nextSeq);
}

/** Everything from `fromSeq` on, read in pieces. */
export async function readAll(
  spool: Spool,
  fromSeq = spool.firstSeq,
  maxMessages = 50,
  maxBytes = 10_000,
): Promise<Entry[]> {
  const all: Entry[] = [];
  for (let from = fromSeq; ;) {
    const some = await spool.read(from, maxMessages, maxBytes);
    if (some.length === 0) return all;
    all.push(...some);
    from = some.at(-1)!.seq + 1;
  }
}

/** The numbers of entries, after making sure that their content is theirs. */
export function seqsOf(entries: readonly Entry[], bodyLength?: number): number[] {
  for (const entry of entries) {
    const due = entryOf(entry.seq, bodyLength);
    if (JSON.stringify(entry) !== JSON.stringify(due)) {
      throw new Error(`alien: ${JSON.stringify(entry)}, due ${JSON.stringify(due)}`);
    }
  }
  return entries.map(({ seq }) => seq);
}

/** first, first + 1, … below `end`. */
export function range(first: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
}
