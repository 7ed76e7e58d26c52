import type { Counter, CounterSource, Logger } from '../../core/index.js';
import type { Enrichment } from '../enrichment.js';
import type { RequestValue } from '../request-values.js';
import type { EnricherInput } from './enricher-module.js';
import { EnricherThread } from './enricher-thread.js';
import type { CheckedAnswer } from './read-reply.js';
import { defaultEnricherLimits, type EnricherLimits } from './limits.js';
import { enricherOutcomes, type EnricherOutcome } from './waiting-events.js';

/** A module of the operator's that answers for the values of an event. */
export interface EnricherOptions {
  /** Absolute path of an ES module. */
  readonly module: string;
  readonly name: string;
  /** The name, when absent. */
  readonly category?: string | undefined;
  /** How long it may take for one event, its wait for earlier ones included. */
  readonly timeoutMs: number;
  /** Handed to the module: plain data. */
  readonly options?: unknown;
}

/** All enrichers, each in a thread of its own. */
export interface Enrichers {
  /** Whether there are any. */
  readonly isOn: boolean;
  /** What they say, in the order of the configuration. Never rejects; late by no more than timeoutMs. */
  enrich(input: EnricherInput): Promise<readonly Enrichment[]>;
  /** Ends their threads; who waits for an answer gets none. */
  close(): Promise<void>;
}

interface Tools {
  readonly logger: Logger;
  readonly counters: CounterSource;
}

interface RunningEnricher {
  readonly name: string;
  readonly category: string;
  readonly thread: EnricherThread;
  readonly outcomes: Readonly<Record<EnricherOutcome, Counter>>;
  readonly answers: Counter;
}

/** Starts all enrichers. Throws ServiceError TF_CONFIG, naming the file, where one cannot be used. */
export async function startEnrichers(
  options: readonly EnricherOptions[],
  tools: Tools,
  limits: EnricherLimits = defaultEnricherLimits,
): Promise<Enrichers> {
  const enrichers = options.map((one) => prepare(one, tools, limits));
  const close = async (): Promise<void> => {
    await Promise.all(enrichers.map(({ thread }) => thread.close()));
  };
  const starts = await Promise.allSettled(enrichers.map(({ thread }) => thread.start()));
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  return {
    isOn: enrichers.length > 0,
    async enrich(input) {
      const found = await Promise.all(enrichers.map((enricher) => ask(enricher, input)));
      return found.flat();
    },
    close,
  };
}

function prepare(
  { name, category = name, module, timeoutMs, options }: EnricherOptions,
  { logger, counters }: Tools,
  limits: EnricherLimits,
): RunningEnricher {
  const counterOf = (outcome: EnricherOutcome): Counter =>
    counters.counter('tf_enrichment_requests_total', { enricher: name, outcome });
  const restarts = counters.counter('tf_enrichment_restarts_total', { enricher: name });
  return {
    name,
    category,
    thread: new EnricherThread({ name, module, options, timeoutMs, limits, logger, restarts }),
    outcomes: Object.fromEntries(
      enricherOutcomes.map((outcome) => [outcome, counterOf(outcome)]),
    ) as Record<EnricherOutcome, Counter>,
    answers: counters.counter('tf_enrichment_answers_total', { source: name }),
  };
}

function ask(enricher: RunningEnricher, input: EnricherInput): Promise<readonly Enrichment[]> {
  return new Promise((resolve) => {
    enricher.thread.enrich(input, (outcome, answers) => {
      enricher.outcomes[outcome].value += 1;
      enricher.answers.value += answers.length;
      resolve(answers.map((answer) => enrichmentOf(enricher, answer, input)));
    });
  });
}

function enrichmentOf(
  { name, category }: RunningEnricher,
  answer: CheckedAnswer,
  input: EnricherInput,
): Enrichment {
  return {
    source: name,
    category: answer.category ?? category,
    value: valueOf(answer.matched, input),
    context: answer.context,
  };
}

/** What the answer is about, under the key that it came with. */
function valueOf(
  matched: string | undefined,
  { request, observables }: EnricherInput,
): RequestValue {
  const seen = [
    ...request,
    ...observables.map(({ kind, text }): RequestValue => ({ key: keyOf(kind), text })),
  ];
  const [first = { key: 'url', text: '' } as const] = seen;
  if (matched === undefined) return first;
  return seen.find(({ text }) => text === matched) ?? { key: first.key, text: matched };
}

function keyOf(kind: string): RequestValue['key'] {
  if (kind === 'ip') return 'ip';
  return kind === 'url' || kind === 'domain' ? 'url' : 'hash';
}
