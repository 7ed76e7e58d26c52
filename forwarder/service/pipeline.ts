import type {
  BatchScanner,
  Clock,
  Counter,
  CounterSource,
  DecodedEvent,
  Delivery,
  Detection,
  IntakeSession,
  Match,
  Outcome,
  OutcomeKind,
  Renderer,
  ThreatIndex,
} from '../core/index.js';
import { buildDetections, evaluationOutcome, finishedContext } from '../detection/index.js';
import type { ExplainingExtractor } from '../extraction/index.js';
import { decodeLine, lostPayloads, perLine } from '../intake/index.js';
import type { DecodeOptions, RejectReason } from '../intake/index.js';
import { isSuppressed, matchExtraction } from '../matching/index.js';
import type { LiveRows, LiveTicket } from './live-rows.js';
import { BatchQueue } from './batch-queue.js';
import type { Batch } from './batch-queue.js';
import type { ScanPool } from './scan-pool.js';
import type { ScanAnswer, ScanRules } from './scan-thread.js';

/** What decides about events; replaced as a whole when feeds or configuration change. */
export interface Rules {
  readonly extractor: ExplainingExtractor;
  readonly index: ThreatIndex;
  /** Built from the same index; a scanner of another index would drop events it should not. */
  readonly scanner: BatchScanner;
  /** What a thread needs to make the same scanner. */
  readonly scanRules: ScanRules;
  readonly isOwnEvent: (event: DecodedEvent) => boolean;
  readonly decode: DecodeOptions;
  readonly perEventDetectionLimit: number;
  /** Detections of feeds with a lower confidence are counted, not sent. */
  readonly minConfidence: number;
  readonly renderer: Renderer;
  /** The templates' texts joined, to tell whether a reload changed them. */
  readonly templateTexts: string;
  /** Whether LookupFinished follows every event that was looked up. */
  readonly reportsFinished: boolean;
}

export interface PipelineOptions {
  readonly rules: Rules;
  readonly delivery: Delivery;
  readonly counters: CounterSource;
  readonly clock: Clock;
  /** Threads that scan batches beside this one. */
  readonly pool?: ScanPool | undefined;
  /** Feeds that are asked event by event. While there are any, every event takes the cold path. */
  readonly live?: Pick<LiveRows, 'isOn' | 'ask'> | undefined;
}

/**
 * An event's way: lines → scanner → (surely nothing: counted) or decode → loop guard → extraction →
 * matching → detections → messages → delivery. Every event ends in exactly one outcome counter:
 * received = matched + clean + looped + ignored + rejected.
 */
export class Pipeline {
  #rules: Rules;
  readonly #delivery: Delivery;
  readonly #clock: Clock;
  readonly #counters: PipelineCounters;
  readonly #pool: ScanPool | undefined;
  readonly #queue: BatchQueue | undefined;
  readonly #live: PipelineOptions['live'];
  #eventNumber = 0;

  constructor(options: PipelineOptions) {
    this.#rules = options.rules;
    this.#delivery = options.delivery;
    this.#clock = options.clock;
    this.#counters = pipelineCounters(options.counters);
    this.#live = options.live;
    const { pool, counters } = options;
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
    return this.#rules;
  }

  /** From the next line on, the new rules decide. */
  useRules(rules: Rules): void {
    this.#rules = rules;
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

  /** Resolves when every line that was taken over is done with. */
  async idle(): Promise<void> {
    await this.#queue?.idle();
  }

  #scanHere(batch: Batch, bytes: Uint8Array, start: number, end: number): number {
    const { scanner } = this.#rules;
    if (!this.#mayScan(batch.session)) return this.#takeAll(batch, bytes, start, end);
    let lines = 0;
    const clean = scanner.scanLines(bytes, start, end, (line, from, to, cleanBefore) => {
      lines += cleanBefore + 1;
      this.#takePerhaps(batch, line, from, to, cleanBefore);
    });
    this.#takeClean(clean);
    return lines + clean;
  }

  /** Whether the scanner may decide: nothing else finds anything in the events of this peer. */
  #mayScan({ peer }: IntakeSession): boolean {
    return this.#live?.isOn !== true && this.#rules.extractor.allowsScanner(peer);
  }

  /** Every line takes the cold path. */
  #takeAll({ session, onFault }: Batch, bytes: Uint8Array, start: number, end: number): number {
    return perLine((line, from, to) => {
      this.#takeLine(session, line, from, to);
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
    this.#takeClean(cleanBefore);
    try {
      this.#takeLine(session, bytes, start, end);
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
    this.#takeClean(clean);
    return taken;
  }

  /** Counts an event that never became a line. */
  reject(reason: RejectReason): void {
    this.#counters.received.value += 1;
    this.#counters.rejected(reason).value += 1;
  }

  /** Renders an outcome and hands it to delivery. */
  report(outcome: Outcome): void {
    this.#counters.rendered[outcome.kind].value += 1;
    this.#delivery.send(this.#rules.renderer.render(outcome));
  }

  /** Lines of which the scanner says that they surely hold nothing. */
  #takeClean(lines: number): void {
    this.#counters.received.value += lines;
    this.#counters.clean.value += lines;
    if (!this.#rules.reportsFinished) {
      this.#eventNumber += lines;
      return;
    }
    for (let line = 0; line < lines; line += 1) {
      this.#eventNumber += 1;
      this.#reportFinished([]);
    }
  }

  #takeLine(session: IntakeSession, bytes: Uint8Array, start: number, end: number): void {
    const { events, problems } = decodeLine(bytes, start, end, this.#rules.decode);
    for (const problem of problems) this.#counters.problem(problem).value += 1;
    for (const event of events) this.#takeEvent(session, event);
  }

  #takeEvent(session: IntakeSession, decoded: DecodedEvent): void {
    const { extractor, index, isOwnEvent, perEventDetectionLimit } = this.#rules;
    const counters = this.#counters;
    this.#eventNumber += 1;
    counters.received.value += 1;
    counters.cold.value += 1;
    if (isOwnEvent(decoded)) {
      counters.looped.value += 1;
      return;
    }
    counters.lostPayloads.value += lostPayloads(decoded);
    const extraction = extractor.extract(decoded, session.peer);
    if (extraction.patternsGivenUp !== undefined) {
      counters.patternsGivenUp(extraction.source).value += extraction.patternsGivenUp;
    }
    if (extraction.isIgnored) {
      counters.ignored.value += 1;
      return;
    }
    const result = matchExtraction(extraction, index, { perEventDetectionLimit });
    counters.suppressed.value += result.suppressed.length;
    counters.overLimit.value += result.droppedByLimit;
    counters.detections.value +=
      result.matches.length + result.suppressed.length + result.droppedByLimit;
    if (this.#live?.isOn === true) this.#live.ask(extraction, result, this.#eventNumber);
    if (result.matches.length === 0) {
      counters.clean.value += 1;
      if (this.#rules.reportsFinished) this.#reportFinished([]);
      return;
    }
    counters.matched.value += 1;
    const now = this.#clock();
    const event = { number: this.#eventNumber, receivedAtMs: now, session, decoded };
    const matches = this.#sentOnly(result.matches);
    const detections = buildDetections(matches, extraction, event, now);
    for (const detection of detections) this.report({ kind: 'detect', detection });
    if (this.#rules.reportsFinished) this.#reportFinished(detections);
  }

  /** Reports what a server said about an event that has gone on meanwhile. */
  reportLater(match: Match, ticket: LiveTicket): void {
    this.#counters.detections.value += 1;
    if (isSuppressed(this.#rules.index, match, ticket.extraction)) {
      this.#counters.suppressed.value += 1;
      return;
    }
    if (ticket.reported >= this.#rules.perEventDetectionLimit) {
      this.#counters.overLimit.value += 1;
      return;
    }
    const event = { number: ticket.eventNumber };
    for (const detection of buildDetections(
      this.#sentOnly([match]),
      ticket.extraction,
      event,
      this.#clock(),
    )) {
      ticket.reported += 1;
      this.report({ kind: 'detect', detection: { ...detection, ordinal: ticket.reported } });
    }
  }

  /** Leaves out, and counts, what the configuration keeps from being sent. */
  #sentOnly(matches: readonly Match[]): readonly Match[] {
    const { minConfidence } = this.#rules;
    const isSent = ({ feed }: Match): boolean =>
      feed.sentToSiem !== false && feed.confidence >= minConfidence;
    if (matches.every(isSent)) return matches;
    const { notSent, lowConfidence } = this.#counters;
    return matches.filter((match) => {
      if (isSent(match)) return true;
      (match.feed.sentToSiem === false ? notSent : lowConfidence).value += 1;
      return false;
    });
  }

  /** `LookupFinished` with the number of detections sent, by category; after them. */
  #reportFinished(detections: readonly Detection[]): void {
    const sent = new Map<string, number>();
    for (const { category } of detections) sent.set(category, (sent.get(category) ?? 0) + 1);
    const context = finishedContext(sent);
    const now = this.#clock();
    this.report(evaluationOutcome('LookupFinished', context, now, this.#eventNumber));
  }
}

type PipelineCounters = ReturnType<typeof pipelineCounters>;

function pipelineCounters(source: CounterSource) {
  const outcome = (name: string): Counter => source.counter('tf_events_total', { outcome: name });
  const rendered = (kind: OutcomeKind): Counter =>
    source.counter('tf_messages_rendered_total', { kind });
  return {
    received: source.counter('tf_events_received_total'),
    cold: source.counter('tf_events_cold_total'),
    matched: outcome('matched'),
    clean: outcome('clean'),
    looped: outcome('looped'),
    ignored: outcome('ignored'),
    lostPayloads: source.counter('tf_payloads_lost_total'),
    detections: source.counter('tf_detections_total'),
    suppressed: source.counter('tf_detections_suppressed_total', { reason: 'suppressed_by_feed' }),
    notSent: source.counter('tf_detections_suppressed_total', { reason: 'not_sent_to_siem' }),
    lowConfidence: source.counter('tf_detections_suppressed_total', { reason: 'confidence' }),
    overLimit: source.counter('tf_detections_suppressed_total', { reason: 'per_event_limit' }),
    patternsGivenUp: (name: string) =>
      source.counter('tf_patterns_given_up_total', { source: name }),
    rejected: (reason: RejectReason) => source.counter('tf_events_rejected_total', { reason }),
    problem: (reason: string) => source.counter('tf_envelope_problems_total', { reason }),
    rendered: {
      detect: rendered('detect'),
      status: rendered('status'),
      evaluation: rendered('evaluation'),
    },
  };
}
