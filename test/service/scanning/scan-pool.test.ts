import { afterEach, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';

import type { IntakeSession } from '../../../forwarder/core/index.js';
import { createBatchScanner } from '../../../forwarder/scanning/index.js';
import { BatchQueue } from '../../../forwarder/service/scanning/batch-queue.js';
import { ScanPool } from '../../../forwarder/service/scanning/scan-pool.js';
import type { ScanRules } from '../../../forwarder/service/scanning/scan-thread.js';
import { createMetrics } from '../../../forwarder/telemetry/index.js';

import { indexOf } from '../../matching/feeds.js';

const wasm = readFileSync(new URL('../../../dist/forwarder/scanning/kernel.wasm', import.meta.url));
const fragile = new URL('../support/fragile-scan-worker.ts', import.meta.url);
const session: IntakeSession = { id: 1, listener: 'jsa', peer: '192.0.2.1' };
const silent = { debug() {}, info() {}, warn() {}, error() {} };

function rulesFor(...records: readonly string[]): ScanRules {
  const { filter } = indexOf({ name: 'A', records });
  return { filter, options: { watchWords: [] } };
}

const rules = rulesFor('domain:evil.test');
const pools: ScanPool[] = [];

function startPool(
  size: number,
  program?: URL,
): { pool: ScanPool; total: (name: string) => number } {
  const metrics = createMetrics();
  const pool = new ScanPool({ size, wasm, rules, metrics, logger: silent, program });
  pools.push(pool);
  return { pool, total: (name) => metrics.total(name) };
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

/** A batch big enough for a thread; `marks` stand in lines of their own among 600 others. */
function batchOf(name: string, ...marks: readonly string[]): Buffer {
  const filling = Array.from({ length: 600 }, (_, line) =>
    `${name} line ${line} of x${line}.clean.test, `.padEnd(80, '.'),
  );
  return Buffer.from(`${[...filling.slice(0, 300), ...marks, ...filling.slice(300)].join('\n')}\n`);
}

/** Waits until the pool has a thread that takes batches. */
async function warm(pool: ScanPool): Promise<void> {
  const bytes = batchOf('warm');
  for (let turn = 0; turn < 500; turn++) {
    const isTaken = await new Promise<boolean>((resolve) => {
      const copy = pool.tryScan(bytes, 0, bytes.length, () => {
        resolve(true);
      });
      if (copy === undefined) setTimeout(resolve, 10, false);
    });
    if (isTaken) return;
  }
  throw new Error('no thread has started');
}

/** Everything a queue does with batches, in order; the batches' first words name them. */
function collect(pool: ScanPool): {
  readonly seen: string[];
  readonly queue: BatchQueue;
  take(bytes: Buffer): void;
  lines: number;
} {
  const plain = createBatchScanner(rules.filter, rules.options);
  const result = {
    seen: [] as string[],
    lines: 0,
    take(bytes: Buffer): void {
      const taken = queue.take({ session, onFault: () => undefined }, bytes, 0, bytes.length, true);
      result.lines += taken;
      bytes.fill(0);
    },
    queue: undefined as unknown as BatchQueue,
  };
  const text = (bytes: Uint8Array, start: number, end: number): string =>
    Buffer.from(bytes.slice(start, end)).toString();
  const queue = new BatchQueue(pool, {
    scanHere(_batch, bytes, start, end) {
      let lines = 0;
      const clean = plain.scanLines(bytes, start, end, (_bytes, from, to, before) => {
        lines += before + 1;
        result.seen.push(`here ${text(bytes, from, to)}`);
      });
      return lines + clean;
    },
    takeScanned(_batch, bytes, answer) {
      if (answer === undefined) {
        result.seen.push(
          `not scanned: ${text(bytes, 0, bytes.length).includes('die always') ? 'the poison' : 'another'}`,
        );
        return 0;
      }
      let lines = answer.clean;
      for (let at = 0; at < answer.lines.length; at += 3) {
        lines += 1 + (answer.lines[at + 2] ?? 0);
        result.seen.push(`thread ${text(bytes, answer.lines[at] ?? 0, answer.lines[at + 1] ?? 0)}`);
      }
      return lines;
    },
    countLines(_batch, lines) {
      result.lines += lines;
    },
  });
  result.queue = queue;
  return result;
}

describe('a pool of scanning threads', () => {
  test('finds what is there, in the order it came, and small reads do not overtake', async () => {
    const { pool, total } = startPool(2);
    await warm(pool);
    const run = collect(pool);
    const expected: string[] = [];
    for (let number = 0; number < 40; number++) {
      const mark = `number ${number} evil.test`;
      run.take(number % 3 === 2 ? Buffer.from(`${mark}\n`) : batchOf('clean', mark));
      expected.push(mark);
      if (number % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await run.queue.idle();
    expect(run.seen.map((line) => line.replace(/^(here|thread) /, ''))).toEqual(expected);
    expect(run.seen.some((line) => line.startsWith('thread'))).toBe(true);
    expect(run.lines).toBe(27 * 601 + 13);
    expect(total('tf_scan_batches_total')).toBeGreaterThan(0);
  });

  test('does not wait for a thread when too much waits behind its batch', async () => {
    const { pool, total } = startPool(1);
    await warm(pool);
    const run = collect(pool);
    run.take(batchOf('clean', 'evil.test'));
    for (let number = 0; number < 100; number++) run.take(Buffer.from(`${number}.evil.test\n`));
    // In one turn of the event loop no thread can have answered.
    expect(run.seen.slice(0, 2)).toEqual(['here evil.test', 'here 0.evil.test']);
    await run.queue.idle();
    expect(run.seen).toHaveLength(101);
    expect(run.lines).toBe(701);
    expect(total('tf_scan_batches_total')).toBe(2);
  });

  test('what waits for a thread is bounded in bytes too, however long the lines are', async () => {
    const { pool } = startPool(1);
    await warm(pool);
    const run = collect(pool);
    run.take(batchOf('clean', 'evil.test'));
    const long = 1_048_576;
    let most = 0;
    for (let number = 0; number < 30; number++) {
      run.take(Buffer.from(`${number}.evil.test ${'.'.repeat(long)}\n`));
      most = Math.max(most, run.queue.waitingBytes);
    }
    expect(most).toBeLessThan(5 * long);
    await run.queue.idle();
    expect(run.queue.waitingBytes).toBe(0);
    expect(run.seen).toHaveLength(31);
  });

  test('a thread that dies is replaced, and its batches run again', async () => {
    const { pool, total } = startPool(1, fragile);
    await warm(pool);
    const run = collect(pool);
    run.take(batchOf('first', 'die once evil.test'));
    run.take(batchOf('second', 'second evil.test'));
    await run.queue.idle();
    expect(run.seen).toEqual(['thread was once evil.test', 'thread second evil.test']);
    expect(total('tf_scan_thread_restarts_total')).toBe(1);
    expect(total('tf_scan_batches_rerun_total')).toBe(2);
  });

  test('a batch on which two threads died is left to the cold path as a whole', async () => {
    const { pool, total } = startPool(1, fragile);
    await warm(pool);
    const run = collect(pool);
    run.take(batchOf('first', 'die always'));
    run.take(batchOf('second', 'second evil.test'));
    await run.queue.idle();
    expect(run.seen).toEqual(['not scanned: the poison', 'thread second evil.test']);
    expect(total('tf_scan_thread_restarts_total')).toBe(2);
  });

  test('threads that go on dying are not started again; the caller scans', async () => {
    const { pool } = startPool(1, fragile);
    await warm(pool);
    const run = collect(pool);
    for (let number = 0; number < 4; number++) {
      run.take(batchOf('bad', 'die always'));
      await run.queue.idle();
    }
    run.take(batchOf('after', 'evil.test'));
    expect(run.seen.at(-1)).toBe('here evil.test');
  });

  test('new rules hold for the batches after them', async () => {
    const { pool } = startPool(1);
    await warm(pool);
    const run = collect(pool);
    run.take(batchOf('before', 'evil.test', 'other.test'));
    pool.useRules(rulesFor('domain:other.test'));
    run.take(batchOf('after', 'evil.test', 'other.test'));
    await run.queue.idle();
    expect(run.seen).toEqual(['thread evil.test', 'thread other.test']);
  });

  test('closing gives back what was not scanned', async () => {
    const { pool } = startPool(1);
    await warm(pool);
    const run = collect(pool);
    run.take(batchOf('clean', 'evil.test'));
    await pool.close();
    await run.queue.idle();
    expect(run.seen).toHaveLength(1);
  });
});
