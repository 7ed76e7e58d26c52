import { setTimeout as sleep } from 'node:timers/promises';

import { sendGently, type SyslogSender } from '../../../../../verification/console/index.js';
import { ofIdentifier, type ConsoleSource } from '../doctor/console-sources.js';
import { detectionSamples, testEventSamples } from './samples.js';

/** One log source to warm up. */
export interface WarmTarget {
  readonly kind: 'detections' | 'verification';
  readonly identifier: string;
}

/**
 * What came of it. `discovered`: JSA made the log source of the samples. `receiving`: it was there, and
 * the samples arrived. `silent`: it is there, and none arrived in time. `missing`: it is not there.
 * `sent`: nobody looked.
 */
export type WarmResult = 'discovered' | 'receiving' | 'silent' | 'missing' | 'sent';

export interface WarmOutcome extends WarmTarget {
  readonly sent: number;
  readonly result: WarmResult;
  readonly source: ConsoleSource | undefined;
}

export interface WarmUpOptions {
  readonly targets: readonly WarmTarget[];
  readonly sender: SyslogSender;
  /** Asks the console for the log sources of both identifiers. Undefined: send only. */
  readonly listSources: (() => Promise<readonly ConsoleSource[]>) | undefined;
  /** For a log source that is not there yet. */
  readonly count: number;
  readonly hasCat: boolean;
  readonly timeLimitMs: number;
  readonly pauseMs?: number;
  readonly pollMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Enough to see that events arrive. */
const countForExisting = 3;

/**
 * Sends samples, and looks until all log sources are there and have received them, or the time is over.
 * Throws what `listSources` throws.
 */
export async function warmUp(options: WarmUpOptions): Promise<readonly WarmOutcome[]> {
  const { targets, listSources, signal, timeLimitMs, pollMs = 2000 } = options;
  const before = await listSources?.();
  const sent = new Map<WarmTarget, number>();
  for (const target of targets) {
    const isThere = before !== undefined && ofIdentifier(before, target.identifier).length > 0;
    sent.set(target, await send(options, target, isThere ? countForExisting : options.count));
  }
  const deadlineMs = Date.now() + timeLimitMs;
  for (;;) {
    const now = await listSources?.();
    const outcomes = targets.map((target) => outcomeOf(target, sent.get(target) ?? 0, before, now));
    const isDone = outcomes.every(({ result }) => result !== 'silent' && result !== 'missing');
    if (isDone || signal?.aborted === true || Date.now() + pollMs > deadlineMs) return outcomes;
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

async function send(options: WarmUpOptions, target: WarmTarget, count: number): Promise<number> {
  const { sender, hasCat, pauseMs = 50, signal } = options;
  const { identifier, kind } = target;
  const make = kind === 'detections' ? detectionSamples : testEventSamples;
  const lines = make({ identifier, count, nowMs: Date.now(), hasCat });
  return sendGently(sender, lines, { pauseMs, signal });
}

function outcomeOf(
  target: WarmTarget,
  sent: number,
  before: readonly ConsoleSource[] | undefined,
  now: readonly ConsoleSource[] | undefined,
): WarmOutcome {
  if (before === undefined || now === undefined) {
    return { ...target, sent, result: 'sent', source: undefined };
  }
  const [source] = ofIdentifier(now, target.identifier);
  if (source === undefined) return { ...target, sent, result: 'missing', source };
  const old = before.find(({ id }) => id === source.id);
  // JSA's clock against itself: ours may differ.
  const hasNew = (source.last_event_time ?? 0) > (old?.last_event_time ?? 0);
  if (old === undefined) return { ...target, sent, result: 'discovered', source };
  return { ...target, sent, result: hasNew ? 'receiving' : 'silent', source };
}
