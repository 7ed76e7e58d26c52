import type {
  Clock,
  DecodedEvent,
  Detection,
  Extraction,
  IntakeSession,
  Match,
} from '../core/index.js';
import { buildDetections, categoryOf, LineDigest } from '../detection/index.js';
import { decodeLine, lostPayloads } from '../intake/index.js';
import { matchExtraction } from '../matching/index.js';
import type { MatchResult } from '../matching/index.js';
import type { PipelineCounters } from './pipeline-counters.js';
import type { Rules } from './rules.js';

/** Where detections are counted for the statistics (`threat-forwarder stats`). */
export interface DetectionCounts {
  noteDetection(detection: {
    readonly category: string;
    readonly feed: string;
    readonly source: string;
  }): void;
  noteEvents(count: number): void;
}

/** What is known about one event when it was looked up. */
export interface Evaluated {
  readonly extraction: Extraction;
  readonly result: MatchResult;
}

/** What names the messages of one event. */
export interface EventMark {
  readonly number: number;
  readonly digest: string;
}

/**
 * The exact part of an event's way, whoever asked: decode → extraction → matching → detections. One
 * for all: it gives events their numbers, and counts them.
 */
export class Evaluator {
  readonly counters: PipelineCounters;
  readonly #clock: Clock;
  readonly #digest: LineDigest;
  readonly #statistics: DetectionCounts | undefined;
  #rules: Rules;
  #eventNumber = 0;

  /** `runId` is another one for each run of the service: part of the ids of messages. */
  constructor(options: {
    readonly rules: Rules;
    readonly counters: PipelineCounters;
    readonly clock: Clock;
    readonly runId: string;
    readonly statistics?: DetectionCounts | undefined;
  }) {
    this.#rules = options.rules;
    this.counters = options.counters;
    this.#clock = options.clock;
    this.#digest = new LineDigest(options.runId);
    this.#statistics = options.statistics;
  }

  get rules(): Rules {
    return this.#rules;
  }

  /** The number of the event that was taken last. */
  get eventNumber(): number {
    return this.#eventNumber;
  }

  get mark(): EventMark {
    return { number: this.#eventNumber, digest: this.#digest.value };
  }

  useRules(rules: Rules): void {
    this.#rules = rules;
  }

  /** Counts events of which the scanner says that they surely hold nothing. */
  takeClean(events: number, isCounted: boolean): void {
    this.counters.received.value += events;
    this.counters.clean.value += events;
    this.#eventNumber += events;
    if (isCounted) this.#statistics?.noteEvents(events);
  }

  /** The events of a line; names the line for the ids of their messages. */
  decode(bytes: Uint8Array, start: number, end: number): readonly DecodedEvent[] {
    this.#digest.begin(bytes, start, end);
    const { events, problems } = decodeLine(bytes, start, end, this.#rules.decode);
    for (const problem of problems) this.counters.problem(problem).value += 1;
    return events;
  }

  /** Gives the next event its number. */
  begin(isCounted: boolean): void {
    this.#eventNumber += 1;
    this.counters.received.value += 1;
    this.counters.cold.value += 1;
    if (isCounted) this.#statistics?.noteEvents(1);
  }

  /** Looks an event up; undefined when a rule of its source has dropped it. */
  evaluate(
    decoded: DecodedEvent,
    { peer }: IntakeSession,
    isCounted: boolean,
  ): Evaluated | undefined {
    const { extractor, index, perEventDetectionLimit } = this.#rules;
    const { counters } = this;
    counters.lostPayloads.value += lostPayloads(decoded);
    const extraction = extractor.extract(decoded, peer);
    if (extraction.patternsGivenUp !== undefined) {
      counters.patternsGivenUp(extraction.source).value += extraction.patternsGivenUp;
    }
    if (extraction.isIgnored) return undefined;
    const result = matchExtraction(extraction, index, { perEventDetectionLimit });
    counters.suppressed.value += result.suppressed.length;
    counters.overLimit.value += result.droppedByLimit;
    counters.detections.value +=
      result.matches.length + result.suppressed.length + result.droppedByLimit;
    if (isCounted) this.countMatches(result.matches, extraction);
    return { extraction, result };
  }

  /** Takes matches into the statistics. */
  countMatches(matches: readonly Match[], { source }: Pick<Extraction, 'source'>): void {
    if (this.#statistics === undefined) return;
    for (const match of matches) {
      const { feed } = match;
      this.#statistics.noteDetection({ category: categoryOf(match), feed: feed.name, source });
    }
  }

  /** The detections of matches, but of those, counted, that the configuration keeps from being sent. */
  detectionsOf(
    matches: readonly Match[],
    extraction: Extraction,
    mark: EventMark,
    firstOrdinal = 1,
  ): readonly Detection[] {
    const wanted = this.#sentOnly(matches);
    return buildDetections(wanted, extraction, mark, this.#clock(), firstOrdinal);
  }

  #sentOnly(matches: readonly Match[]): readonly Match[] {
    const { minConfidence } = this.#rules;
    const isSent = ({ feed }: Match): boolean =>
      feed.sentToSiem !== false && feed.confidence >= minConfidence;
    if (matches.every(isSent)) return matches;
    const { notSent, lowConfidence } = this.counters;
    return matches.filter((match) => {
      if (isSent(match)) return true;
      (match.feed.sentToSiem === false ? notSent : lowConfidence).value += 1;
      return false;
    });
  }
}
