import { messageOf, ServiceError } from '../core/index.js';
import type { IntakeSession, Match, Outcome } from '../core/index.js';
import { perLine } from '../intake/index.js';
import type { RejectReason, Reply } from '../intake/index.js';
import { BatchQueue } from './scanning/batch-queue.js';
import type { Batch } from './scanning/batch-queue.js';
import { ColdPath } from './cold-path.js';
import type { ColdPathOptions } from './cold-path.js';
import type { Dialect } from './dialects/index.js';
import type { LiveTicket } from './feeds/live-rows.js';
import type { Rules } from './rules.js';
import type { ScanPool } from './scanning/scan-pool.js';
import type { ScanAnswer } from './scanning/scan-thread.js';
import type { EnrichmentDesk } from './sessions/enrichment-desk.js';
import { Lookups } from './sessions/lookups.js';

export interface PipelineOptions extends ColdPathOptions {
  /** Threads that scan batches beside this one. */
  readonly pool?: ScanPool | undefined;
  /** What lookups ask beside the feeds. */
  readonly enrichment?: (() => EnrichmentDesk | undefined) | undefined;
}

/**
 * An event's way: lines → scanner → surely nothing: counted, or perhaps something: the cold path.
 * Every event ends in exactly one outcome counter:
 * received = matched + clean + looped + ignored + failed + rejected.
 */
export class Pipeline {
  readonly #cold: ColdPath;
  readonly #live: PipelineOptions['live'];
  readonly #pool: ScanPool | undefined;
  readonly #queue: BatchQueue | undefined;
  readonly #lookups: Lookups;

  constructor(options: PipelineOptions) {
    this.#cold = new ColdPath(options);
    this.#live = options.live;
    const { pool, counters, clock, logger, enrichment } = options;
    const lookupFaults = counters.counter('tf_lookup_faults_total');
    this.#lookups = new Lookups({
      evaluator: this.#cold.evaluator,
      clock,
      enrichment: enrichment ?? (() => undefined),
      // Beside the pool's queue: a session's events are few, and nobody waits for an order among sessions.
      takeLine: (session, bytes, start, end, onFault) =>
        this.#scanHere({ session, onFault }, bytes, start, end),
      onFault: (error) => {
        lookupFaults.value += 1;
        logger.error('lookup.failed', messageOf(error));
      },
    });
    this.#pool = pool;
    if (pool === undefined) return;
    this.#queue = new BatchQueue(pool, {
      scanHere: (batch, bytes, start, end) => this.#scanHere(batch, bytes, start, end),
      takeScanned: (batch, bytes, answer) => this.#takeScanned(batch, bytes, answer),
      countLines: ({ session }, lines) => {
        counters.counter('tf_intake_lines_total', { listener: session.listener }).value += lines;
      },
    });
  }

  get rules(): Rules {
    return this.#cold.rules;
  }

  /** What is known about own messages that come back. */
  get loops(): ColdPath['loops'] {
    return this.#cold.loops;
  }

  /** Detections held back for summaries, and the windows that are open for them. */
  get storm(): ColdPath['storm'] {
    return this.#cold.storm;
  }

  /** From the next line on, the new rules decide. */
  useRules(rules: Rules): void {
    this.#cold.useRules(rules);
    this.#pool?.useRules(rules.scanRules);
  }

  /**
   * Takes whole lines as received (LinesHandler) and gives back how many it has taken by now: with a
   * pool of threads the others follow, in order, and are counted then. The bytes are only read
   * during the call. A fault in one line is told to `onFault`; it never throws.
   */
  takeLines(
    session: IntakeSession,
    bytes: Uint8Array,
    start: number,
    end: number,
    onFault: (error: unknown) => void,
  ): number {
    const batch = { session, onFault };
    if (this.#queue === undefined) return this.#scanHere(batch, bytes, start, end);
    const mayHandOver = this.#mayScan(session);
    return this.#queue.take(batch, bytes, start, end, mayHandOver);
  }

  /**
   * Takes one event of a session of CyberTrace's protocol, without its line end, and gives back what
   * is replied, written in the dialect of that name. The bytes are only read during the call.
   */
  answer(
    dialect: string,
    session: IntakeSession,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Reply | Promise<Reply> {
    return this.#lookups.answer(session, this.#dialect(dialect), bytes, start, end);
  }

  /** The reply to an event of a session that was over the limit of a line. */
  answerSkipped(dialect: string, session: IntakeSession): Reply {
    return this.#lookups.answerSkipped(session, this.#dialect(dialect));
  }

  /** Counts an event that never became a line. */
  reject(reason: RejectReason): void {
    this.#cold.reject(reason);
  }

  /** Renders an outcome and hands it to delivery. */
  report(outcome: Outcome): void {
    this.#cold.report(outcome);
  }

  /** Reports what a server said about an event that has gone on meanwhile. */
  reportLater(match: Match, ticket: LiveTicket): void {
    this.#cold.reportLater(match, ticket);
  }

  /** Resolves when every line that was taken over is done with. */
  async idle(): Promise<void> {
    await this.#queue?.idle();
  }

  /** Nothing comes any more: what was held back is summarised. Safe to repeat. */
  close(): void {
    this.#cold.close();
  }

  #dialect(name: string): Dialect {
    const found = this.rules.dialects.get(name);
    if (found === undefined) throw new ServiceError('TF_INTERNAL', `no dialect "${name}"`);
    return found;
  }

  #scanHere(batch: Batch, bytes: Uint8Array, start: number, end: number): number {
    const { scanner } = this.rules;
    if (!this.#mayScan(batch.session)) return this.#takeAll(batch, bytes, start, end);
    let lines = 0;
    const clean = scanner.scanLines(bytes, start, end, (line, from, to, cleanBefore) => {
      lines += cleanBefore + 1;
      this.#takePerhaps(batch, line, from, to, cleanBefore);
    });
    this.#cold.takeClean(batch.session, clean);
    return lines + clean;
  }

  /** Whether the scanner may decide: nothing else finds anything in the events of this peer. */
  #mayScan({ peer }: IntakeSession): boolean {
    return this.#live?.isOn !== true && this.rules.extractor.allowsScanner(peer);
  }

  /** Every line takes the cold path. */
  #takeAll({ session, onFault }: Batch, bytes: Uint8Array, start: number, end: number): number {
    return perLine((line, from, to) => {
      this.#cold.takeLine(session, line, from, to);
    })(bytes, start, end, onFault);
  }

  /** A line that may hold something, and the clean ones before it. */
  #takePerhaps(
    { session, onFault }: Batch,
    bytes: Uint8Array,
    start: number,
    end: number,
    cleanBefore: number,
  ): void {
    this.#cold.takeClean(session, cleanBefore);
    try {
      this.#cold.takeLine(session, bytes, start, end);
    } catch (error) {
      onFault(error);
    }
  }

  #takeScanned(batch: Batch, bytes: Uint8Array, answer: ScanAnswer | undefined): number {
    if (answer === undefined) return this.#takeAll(batch, bytes, 0, bytes.length);
    const { lines, clean } = answer;
    let taken = clean;
    for (let at = 0; at < lines.length; at += 3) {
      const cleanBefore = lines[at + 2] ?? 0;
      taken += cleanBefore + 1;
      this.#takePerhaps(batch, bytes, lines[at] ?? 0, lines[at + 1] ?? 0, cleanBefore);
    }
    this.#cold.takeClean(batch.session, clean);
    return taken;
  }
}
