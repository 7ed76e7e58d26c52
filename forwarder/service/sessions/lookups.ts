import type {
  Clock,
  DecodedEvent,
  Detection,
  EventValues,
  Extraction,
  IntakeSession,
  Outcome,
  SessionFlags,
} from '../../core/index.js';
import { finishedOutcome } from '../../detection/index.js';
import type { Reply } from '../../intake/index.js';
import type { Dialect } from '../dialects/index.js';
import type { Evaluator, EventMark } from '../evaluator.js';
import { enrichedMatch } from './enriched-match.js';
import type { EnrichmentDesk, Findings } from './enrichment-desk.js';

export interface LookupsOptions {
  readonly evaluator: Evaluator;
  readonly clock: Clock;
  /** What is asked beside the feeds. */
  readonly enrichment: () => EnrichmentDesk | undefined;
  /** Takes lines whose detections go to the collectors, as those of JSA. */
  readonly takeLine: (
    session: IntakeSession,
    bytes: Uint8Array,
    start: number,
    end: number,
    onFault: (error: unknown) => void,
  ) => void;
  /** A fault of ours in one event: it is told, and the client still gets the end of its reply. */
  readonly onFault: (error: unknown) => void;
}

const noReply: Reply = { text: '', messages: 0 };
const noFlags: SessionFlags = { sendFinished: false, replyBack: false, saveStatistic: false };

/** What is known of one line before anything of it is written. */
interface Answer {
  readonly detections: Detection[];
  readonly extractions: Extraction[];
  /** Texts of the events, for what is asked beside the feeds. */
  readonly texts: string[];
  eventNumber: number;
}

/**
 * Answers the events of CyberTrace's protocol. With X-KF-ReplyBack what is detected comes back in one
 * reply: the detections, then the finished event where it is wanted; nothing of it goes to the
 * collectors, nothing is held back by storm control, and it counts in the statistics only with
 * X-KF-SaveStatistic. Without X-KF-ReplyBack an event is like one of JSA.
 */
export class Lookups {
  readonly #options: LookupsOptions;

  constructor(options: LookupsOptions) {
    this.#options = options;
  }

  /** The reply to one event, in a dialect; later when enrichers are asked. Never throws. */
  answer(
    session: IntakeSession,
    dialect: Dialect,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Reply | Promise<Reply> {
    const flags = session.flags ?? noFlags;
    if (!flags.replyBack) {
      const { takeLine, onFault } = this.#options;
      takeLine(session, bytes, start, end, onFault);
      return noReply;
    }
    if (this.#isSurelyClean(session, dialect, bytes, start, end)) {
      this.#options.evaluator.takeClean(1, flags.saveStatistic);
      return this.#finishedOnly(flags, dialect);
    }
    const answer = this.#evaluate(session, flags, bytes, start, end);
    const desk = this.#options.enrichment();
    if (desk === undefined) return this.#reply(dialect, flags, answer);
    const found = desk.find(answer.texts);
    if (found.length === 0 && !desk.asksEnrichers) return this.#reply(dialect, flags, answer);
    // It is worked out from the line's bytes, which are gone when enrichers have answered.
    const { mark } = this.#options.evaluator;
    this.#addFindings(answer, mark, found, flags);
    if (!desk.asksEnrichers) return this.#reply(dialect, flags, answer);
    return desk.ask(answer.texts, answer.extractions).then((more) => {
      this.#addFindings(answer, mark, more, flags);
      return this.#reply(dialect, flags, answer);
    });
  }

  /** The reply to an event that could not be taken: its end, where one is wanted. */
  answerSkipped({ flags = noFlags }: IntakeSession, dialect: Dialect): Reply {
    return flags.replyBack ? this.#finishedOnly(flags, dialect) : noReply;
  }

  /** By the scanner alone, where nothing else can know anything about the event. */
  #isSurelyClean(
    { peer, flags }: IntakeSession,
    dialect: Dialect,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    const { extractor, scanner } = this.#options.evaluator.rules;
    if (this.#options.enrichment() !== undefined || !extractor.allowsScanner(peer)) return false;
    if (dialect.usesEventValuesInFinished && this.#sendsFinished(flags ?? noFlags)) return false;
    let isClean = true;
    scanner.scanLines(bytes, start, end, () => {
      isClean = false;
    });
    return isClean;
  }

  #evaluate(
    session: IntakeSession,
    flags: SessionFlags,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Answer {
    const { evaluator, onFault } = this.#options;
    const answer: Answer = { detections: [], extractions: [], texts: [], eventNumber: 0 };
    for (const decoded of evaluator.decode(bytes, start, end)) {
      evaluator.begin(flags.saveStatistic);
      let outcome = evaluator.counters.failed;
      try {
        outcome = evaluator.counters[this.#takeEvent(session, flags, decoded, answer)];
      } catch (error) {
        onFault(error);
      }
      outcome.value += 1;
    }
    answer.eventNumber = evaluator.eventNumber;
    return answer;
  }

  #takeEvent(
    session: IntakeSession,
    { saveStatistic }: SessionFlags,
    decoded: DecodedEvent,
    answer: Answer,
  ): 'ignored' | 'matched' | 'clean' {
    const { evaluator } = this.#options;
    const evaluated = evaluator.evaluate(decoded, session, saveStatistic);
    if (evaluated === undefined) return 'ignored';
    const { extraction, result } = evaluated;
    answer.extractions.push(extraction);
    answer.texts.push(decoded.kind === 'raw' ? decoded.text : decoded.payload);
    if (result.matches.length === 0) return 'clean';
    const first = answer.detections.length + 1;
    answer.detections.push(
      ...evaluator.detectionsOf(result.matches, extraction, evaluator.mark, first),
    );
    return 'matched';
  }

  /** What dictionaries and enrichers know counts and is written as a detection. */
  #addFindings(
    answer: Answer,
    mark: EventMark,
    found: Findings,
    { saveStatistic }: SessionFlags,
  ): void {
    if (found.length === 0) return;
    const { evaluator } = this.#options;
    const extraction = answer.extractions[0] ?? nothingExtracted;
    const matches = found.map(enrichedMatch);
    evaluator.counters.detections.value += matches.length;
    if (saveStatistic) evaluator.countMatches(matches, extraction);
    const first = answer.detections.length + 1;
    answer.detections.push(...evaluator.detectionsOf(matches, extraction, mark, first));
  }

  /** The reply to an event of which nothing is known. */
  #finishedOnly(flags: SessionFlags, dialect: Dialect): Reply {
    if (!this.#sendsFinished(flags)) return noReply;
    const { eventNumber } = this.#options.evaluator;
    return this.#write(dialect, [finishedOutcome([], this.#now(), eventNumber)]);
  }

  #reply(dialect: Dialect, flags: SessionFlags, answer: Answer): Reply {
    const { detections, extractions, eventNumber } = answer;
    const outcomes: Outcome[] = detections.map((detection) => ({ kind: 'detect', detection }));
    if (this.#sendsFinished(flags)) {
      const values: EventValues | undefined = extractions[0]?.values;
      outcomes.push(finishedOutcome(detections, this.#now(), eventNumber, values));
    }
    return this.#write(dialect, outcomes);
  }

  #write({ renderer }: Dialect, outcomes: readonly Outcome[]): Reply {
    const { rendered } = this.#options.evaluator.counters;
    let text = '';
    let messages = 0;
    for (const outcome of outcomes) {
      const { body } = renderer.render(outcome);
      // An empty format says that nothing is written.
      if (body === '') continue;
      rendered[outcome.kind].value += 1;
      messages += 1;
      text += `${body}\n`;
    }
    return { text, messages };
  }

  #sendsFinished({ sendFinished }: SessionFlags): boolean {
    return sendFinished || this.#options.evaluator.rules.reportsFinished;
  }

  #now(): number {
    return this.#options.clock();
  }
}

const nothingExtracted: Extraction = {
  source: '',
  isIgnored: false,
  observables: [],
  values: new Map(),
};
