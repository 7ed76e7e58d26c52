import type { Detection, Logger, Outcome } from '../../../forwarder/core/index.js';
import { buildDetections } from '../../../forwarder/detection/index.js';
import type { EnrichRule } from '../../../forwarder/lookup/may-look-up.js';
import { LookupDesk } from '../../../forwarder/service/lookup/lookup-desk.js';
import { createMetrics } from '../../../forwarder/telemetry/index.js';
import { feedInfo, indicator, observable } from '../../matching/feeds.js';
import { FakePortal, settled } from './fake-portal.js';

export const zoneRule: EnrichRule = { minConfidence: 1, fields: ['$KLZone'], followUp: true };

const feeds = new Map<string, ReturnType<typeof feedInfo>>();

/** A detection of a value, written as observable() wants it: `domain:evil.example.com`. */
export function detectionOf(text: string, { feed = 'OSINT_A', confidence = 100 } = {}): Detection {
  const found = observable(text);
  const info = feeds.get(`${feed} ${confidence}`) ?? { ...feedInfo(feed), confidence };
  feeds.set(`${feed} ${confidence}`, info);
  const match = {
    observable: found,
    indicator: indicator(found.kind === 'url' ? `mask:${found.value}` : text),
    feed: info,
    context: [['id', '7']] as const,
  };
  const extraction = { values: new Map(), source: 'default' };
  const [detection] = buildDetections([match], extraction, { number: 1, digest: text }, 5);
  if (detection === undefined) throw new Error('no detection');
  return detection;
}

/** A desk whose clocks stand still, and whose work is done when the test says so. */
export function rig({
  rules = [zoneRule],
  reserve = 0,
  maxConcurrent = 4,
  withMessageId = false,
  neverAsk,
}: {
  readonly rules?: readonly EnrichRule[];
  readonly reserve?: number;
  readonly maxConcurrent?: number;
  readonly withMessageId?: boolean;
  readonly neverAsk?: readonly string[];
} = {}) {
  const portal = new FakePortal();
  const metrics = createMetrics();
  const followUps: Outcome[] = [];
  const log: string[] = [];
  const note =
    (level: string) =>
    (code: string, message: string, fields: unknown = {}): void => {
      log.push(`${level} ${code} ${message} ${JSON.stringify(fields)}`);
    };
  const logger: Logger = {
    debug: note('debug'),
    info: note('info'),
    warn: note('warn'),
    error: note('error'),
  };
  let nowMs = 1_000_000;
  const due: (() => void)[] = [];
  const desk = new LookupDesk({
    ...{ portal, rules, reserve, maxConcurrent, neverAsk, logger },
    slowMs: 5000,
    counters: metrics,
    clock: () => nowMs,
    monotonic: () => nowMs,
    onFollowUp: (outcome) => followUps.push(outcome),
    withMessageId: () => withMessageId,
    later: (work) => due.push(work),
  });
  const work = async (): Promise<void> => {
    for (let next = due.shift(); next !== undefined; next = due.shift()) {
      next();
      await settled();
    }
  };
  return {
    ...{ portal, metrics, followUps, log, desk, work },
    pass: (ms: number) => {
      nowMs += ms;
    },
    context: (text: string) => desk.enrich(detectionOf(text)).match.context,
    /** Lets a detection go, and answers what is asked of it. */
    through: async (text: string, result: Parameters<FakePortal['asked'][number]['answer']>[0]) => {
      desk.enrich(detectionOf(text));
      await work();
      await portal.asked.at(-1)?.answer(result);
      await work();
    },
    counted: (name: string): Readonly<Record<string, number>> =>
      Object.fromEntries(
        metrics
          .samples()
          .filter((sample) => sample.name === name && sample.value > 0)
          .map(({ labels, value }) => [labels['outcome'] ?? '', value]),
      ),
  };
}

/** What an evaluation message says. */
export function contextOf(outcome: Outcome | undefined): Readonly<Record<string, string>> {
  if (outcome?.kind !== 'evaluation') throw new Error('no evaluation message');
  return { name: outcome.event, ...Object.fromEntries(outcome.context) };
}
