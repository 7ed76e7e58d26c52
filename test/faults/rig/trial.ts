import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import type { CollectorDaemon } from '../../support/collector-daemon.js';
import { NaiveSender } from './naive-sender.js';
import type { NaiveOptions } from './naive-sender.js';
import { nameOf } from './numbered.js';
import type { Stream } from './numbered.js';
import { Oracle, verdictLine } from './oracle.js';
import type { Verdict } from './oracle.js';
import { noteResult } from './results.js';
import { startSender } from './sender-process.js';
import type { SenderProcess } from './sender-process.js';
import type { SenderSettings, SenderState } from './sender-protocol.js';

/** One run of a sender, and of the naive one beside it, against a real collector with faults. */
export interface TrialPlan {
  /** Named in the table. */
  readonly name: string;
  readonly daemon: CollectorDaemon;
  /** Where the senders connect: the daemon, when absent, or what stands before it. */
  readonly via?: { readonly address: string; readonly port: number };
  readonly settings?: Partial<SenderSettings>;
  readonly messages: number;
  readonly perSecond: number;
  /** The control, which must lose something. Absent: none runs. */
  readonly naive?: NaiveOptions & { readonly messages: number; readonly perSecond: number };
  /** Runs while messages are sent; the collector must be well when it is through. */
  readonly faults?: (sender: SenderProcess) => Promise<void>;
  /** How long what waits may take after the last fault; 60 s when absent. */
  readonly drainMs?: number;
}

/** What came of it. */
export interface Trial {
  readonly delivery: Verdict;
  readonly naive: Verdict | undefined;
  /** Whether a message that was sent after all faults arrived before the sender was closed. */
  readonly isAlive: boolean;
  /** The sender's last word, after it was closed. */
  readonly state: SenderState;
  readonly connections: number;
  /** From the end of the faults and of the sending until nothing waited, in milliseconds. */
  readonly drainedMs: number;
  readonly peakBytes: number;
}

export const deliveryStream: Stream = 'd';
export const naiveStream: Stream = 'n';

/**
 * Runs a plan with the control beside it. A run that cost the control nothing has tested nothing, and
 * is made again with another collector, at most twice.
 */
export async function runTrialThatHurts(
  planWith: (attempt: number) => Promise<TrialPlan>,
): Promise<Trial & { readonly naive: Verdict }> {
  for (let attempt = 1; ; attempt++) {
    const plan = await planWith(attempt);
    try {
      const trial = await runTrial(plan);
      const { delivery, naive } = trial;
      if (naive === undefined) throw new Error('the plan has no control');
      // What delivery lost is told at once: no second run may hide it.
      if (naive.lost > 0 || delivery.lost > 0 || attempt === 3) return { ...trial, naive };
    } finally {
      await plan.daemon.remove();
    }
  }
}

/** Runs a plan, notes the result lines, and ends the senders; the daemon stays the caller's. */
export async function runTrial(plan: TrialPlan): Promise<Trial> {
  const { daemon, messages, perSecond, settings = {} } = plan;
  const { address, port } = plan.via ?? daemon;
  const sender = await startSender({
    stream: deliveryStream,
    collectors: [{ url: `tcp://${address}:${port}` }],
    ...settings,
  });
  const naive =
    plan.naive === undefined ? undefined : new NaiveSender(naiveStream, port, address, plan.naive);
  try {
    await sender.connected();
    const [, faultsEndedAtMs] = await Promise.all([
      sender.send(messages, perSecond),
      plan.faults?.(sender).then(() => Date.now()) ?? Date.now(),
      naive?.send(plan.naive?.messages ?? 0, plan.naive?.perSecond ?? 1),
    ]);
    const endedAtMs = Math.max(faultsEndedAtMs, Date.now());
    await sender.until(({ waiting }) => waiting === 0, plan.drainMs ?? 60_000);
    const drainedMs = Date.now() - endedAtMs;
    await sender.send(1, 1000);
    const isAlive = await hasArrived(daemon, nameOf(deliveryStream, messages), 10_000);
    const state = await sender.close();
    await naive?.close();
    const oracle = await readAll(daemon);
    const trial: Trial = {
      delivery: oracle.judge(deliveryStream, messages + 1),
      naive: naive === undefined ? undefined : oracle.judge(naiveStream, naive.sent),
      ...{ isAlive, state, drainedMs, peakBytes: sender.peakBytes },
      connections: totalOf(state, 'tf_delivery_connections_total'),
    };
    note(plan.name, trial);
    return trial;
  } finally {
    await sender.kill();
    await naive?.close(0);
  }
}

/** Reads all that a daemon wrote, once it writes no more (at most 10 s). */
export async function readAll(
  daemon: Pick<CollectorDaemon, 'files'>,
  oracle = new Oracle(),
): Promise<Oracle> {
  const bytes = (): number =>
    daemon.files.reduce((sum, file) => sum + (existsSync(file) ? statSync(file).size : 0), 0);
  let before = -1;
  for (let still = 0, looks = 0; still < 3 && looks < 100; looks++) {
    const now = bytes();
    still = now === before ? still + 1 : 0;
    before = now;
    await sleep(100);
  }
  await oracle.read(daemon.files);
  return oracle;
}

/** Waits until a text stands near the end of the daemon's newest file. */
export async function hasArrived(
  daemon: CollectorDaemon,
  text: string,
  timeoutMs: number,
): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  while (!tailOf(daemon.files.at(-1) ?? '').includes(text)) {
    if (Date.now() > end) return false;
    await sleep(50);
  }
  return true;
}

/** Sum over the counters of a name, whatever their labels. */
export function totalOf({ counters }: SenderState, name: string): number {
  return Object.entries(counters)
    .filter(([key]) => key === name || key.startsWith(`${name} `))
    .reduce((sum, [, value]) => sum + value, 0);
}

/** What was taken or restored and is neither acknowledged, dropped, waiting nor unconfirmed: 0 at rest. */
export function unaccounted(state: SenderState): number {
  return (
    totalOf(state, 'tf_delivery_messages_total') +
    state.restored -
    totalOf(state, 'tf_delivery_acknowledged_total') -
    totalOf(state, 'tf_delivery_dropped_total') -
    state.waiting -
    state.unconfirmed
  );
}

function note(test: string, trial: Trial): void {
  const { delivery, naive, connections, drainedMs, peakBytes, isAlive, state } = trial;
  noteResult({
    test,
    sender: 'delivery',
    result: verdictLine(delivery),
    figures: {
      connections,
      resent: totalOf(state, 'tf_delivery_resent_total'),
      'drained after': `${(drainedMs / 1000).toFixed(1)} s`,
      'peak memory': `${Math.round(peakBytes / 2 ** 20)} MiB`,
      ...(isAlive ? {} : { liveness: 'MISSING' }),
    },
  });
  if (naive !== undefined) noteResult({ test, sender: 'naive', result: verdictLine(naive) });
}

function tailOf(file: string): string {
  if (!existsSync(file)) return '';
  const { size } = statSync(file);
  const length = Math.min(size, 65_536);
  const bytes = Buffer.alloc(length);
  const opened = openSync(file, 'r');
  try {
    readSync(opened, bytes, 0, length, size - length);
  } finally {
    closeSync(opened);
  }
  return bytes.toString('latin1');
}
