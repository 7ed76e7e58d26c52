import type {
  Clock,
  ContextField,
  Counter,
  CounterSource,
  DecodedEvent,
  Delivery,
  Detection,
  Extraction,
  IntakeSession,
  Logger,
  Match,
  Outcome,
  StatusEvent,
} from '../core/index.js';
import {
  buildDetections,
  evaluationOutcome,
  finishedContext,
  LineDigest,
} from '../detection/index.js';
import { decodeLine, logSourceOf, lostPayloads } from '../intake/index.js';
import type { RejectReason } from '../intake/index.js';
import { isSuppressed, matchExtraction } from '../matching/index.js';
import type { LiveRows, LiveTicket } from './feeds/live-rows.js';
import { LoopWatch } from './storm/loop-watch.js';
import { pipelineCounters } from './pipeline-counters.js';
import type { PipelineCounters } from './pipeline-counters.js';
import type { Rules } from './rules.js';
import { Storm } from './storm/storm.js';

export interface ColdPathOptions {
  readonly rules: Rules;
  readonly delivery: Delivery;
  readonly counters: CounterSource;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For durations: milliseconds that nobody can set. */
  readonly monotonic: () => number;
  /** Another one for each run of the service: part of the ids of messages. */
  readonly runId: string;
  /** Raises a status event. */
  readonly onStatus: (event: StatusEvent, context: readonly ContextField[]) => void;
  /** Feeds that are asked event by event. While there are any, every event takes the cold path. */
  readonly live?: Pick<LiveRows, 'isOn' | 'ask'> | undefined;
}

/**
 * What is done exactly, line by line: decode → loop guard → extraction → matching → detections →
 * storm control → messages → delivery.
 */
export class ColdPath {
  readonly loops: LoopWatch;
  readonly #options: ColdPathOptions;
  readonly #counters: PipelineCounters;
  readonly #digest: LineDigest;
  readonly #storm: Storm;
  #rules: Rules;
  #eventNumber = 0;

  constructor(options: ColdPathOptions) {
    const { rules, counters, clock, logger, monotonic, runId, onStatus } = options;
    this.#options = options;
    this.#rules = rules;
    this.#counters = pipelineCounters(counters);
    this.#digest = new LineDigest(runId);
    this.loops = new LoopWatch({ counters, logger, monotonic, report: onStatus });
    this.#storm = new Storm({
      rules: rules.storm,
      runId,
      counters,
      now: () => ({ monotonicMs: monotonic(), atMs: clock() }),
      received: () => this.#counters.received.value,
      onSummary: (detection) => {
        this.report({ kind: 'detect', detection });
      },
      onTrip: (trip) => {
        this.loops.tripped(trip);
      },
    });
  }

  get rules(): Rules {
    return this.#rules;
  }

  /** Held back for a summary, and the windows that are open. */
  get storm(): Pick<Storm, 'waiting' | 'openWindows'> {
    return this.#storm;
  }

  useRules(rules: Rules): void {
    this.#rules = rules;
    this.#storm.use(rules.storm);
  }

  /** Ends what goes by time; what was held back is summarised now. */
  close(): void {
    this.loops.close();
    this.#storm.close();
  }

  /** Counts an event that never became a line. */
  reject(reason: RejectReason): void {
    this.#counters.received.value += 1;
    this.#counters.rejected(reason).value += 1;
  }

  /** Renders an outcome and hands it to delivery. */
  report(outcome: Outcome): void {
    const isSummary = outcome.kind === 'detect' && outcome.detection.summary !== undefined;
    this.#counters.rendered[isSummary ? 'summary' : outcome.kind].value += 1;
    this.#options.delivery.send(this.#rules.renderer.render(outcome));
  }

  /** Lines of which the scanner says that they surely hold nothing. */
  takeClean(lines: number): void {
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

  takeLine(session: IntakeSession, bytes: Uint8Array, start: number, end: number): void {
    this.#digest.begin(bytes, start, end);
    const { events, problems } = decodeLine(bytes, start, end, this.#rules.decode);
    for (const problem of problems) this.#counters.problem(problem).value += 1;
    everyOne(events, (event) => {
      this.#eventNumber += 1;
      this.#counters.received.value += 1;
      this.#counters.cold.value += 1;
      let outcome = this.#counters.failed;
      try {
        outcome = this.#takeEvent(session, event);
      } finally {
        outcome.value += 1;
      }
    });
  }

  /** Gives back the counter of what has become of the event. */
  #takeEvent(session: IntakeSession, decoded: DecodedEvent): Counter {
    const { extractor, index, ownLayerOf, perEventDetectionLimit } = this.#rules;
    const counters = this.#counters;
    const layer = ownLayerOf(decoded);
    if (layer !== undefined) {
      this.loops.sawOwn(layer, decoded, session);
      return counters.looped;
    }
    counters.lostPayloads.value += lostPayloads(decoded);
    const extraction = extractor.extract(decoded, session.peer);
    if (extraction.patternsGivenUp !== undefined) {
      counters.patternsGivenUp(extraction.source).value += extraction.patternsGivenUp;
    }
    if (extraction.isIgnored) return counters.ignored;
    const result = matchExtraction(extraction, index, { perEventDetectionLimit });
    counters.suppressed.value += result.suppressed.length;
    counters.overLimit.value += result.droppedByLimit;
    counters.detections.value +=
      result.matches.length + result.suppressed.length + result.droppedByLimit;
    const { live } = this.#options;
    if (live?.isOn === true) {
      live.ask(extraction, result, () => this.#ticket(decoded, extraction, session));
    }
    if (result.matches.length === 0) {
      if (this.#rules.reportsFinished) this.#reportFinished([]);
      return counters.clean;
    }
    const detections = this.#send(
      result.matches,
      extraction,
      this.#ticket(decoded, extraction, session),
    );
    if (this.#rules.reportsFinished) this.#reportFinished(detections);
    return counters.matched;
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
    this.#send([match], ticket.extraction, ticket);
  }

  /** What of an event outlives it. */
  #ticket(decoded: DecodedEvent, extraction: Extraction, { peer }: IntakeSession): LiveTicket {
    const logSource = logSourceOf(decoded, peer);
    return {
      extraction,
      number: this.#eventNumber,
      digest: this.#digest.value,
      logSource,
      countOnly: this.#rules.storm.countOnlyRule(decoded, extraction.source, logSource),
      reported: 0,
    };
  }

  /** Sends the detections of matches, but those that are held back; gives back the sent ones. */
  #send(
    matches: readonly Match[],
    extraction: Extraction,
    ticket: LiveTicket,
  ): readonly Detection[] {
    const wanted = this.#sentOnly(matches);
    const detections = buildDetections(
      wanted,
      extraction,
      ticket,
      this.#options.clock(),
      ticket.reported + 1,
    );
    ticket.reported += detections.length;
    const sent = this.#storm.take(detections, extraction.values, ticket);
    everyOne(sent, (detection) => {
      this.report({ kind: 'detect', detection });
    });
    return sent;
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
    const now = this.#options.clock();
    this.report(evaluationOutcome('LookupFinished', context, now, this.#eventNumber));
  }
}

/** Does something with each; one that fails does not cost the others. Throws the first fault at the end. */
function everyOne<Each>(each: readonly Each[], work: (one: Each) => void): void {
  let fault: { readonly error: unknown } | undefined;
  for (const one of each) {
    try {
      work(one);
    } catch (error) {
      fault ??= { error };
    }
  }
  if (fault !== undefined) throw fault.error;
}
