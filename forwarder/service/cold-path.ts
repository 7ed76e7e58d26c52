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
  Message,
  Outcome,
  StatusEvent,
} from '../core/index.js';
import { finishedOutcome } from '../detection/index.js';
import { logSourceOf } from '../intake/index.js';
import type { RejectReason } from '../intake/index.js';
import { isSuppressed } from '../matching/index.js';
import { Evaluator } from './evaluator.js';
import type { DetectionCounts } from './evaluator.js';
import type { LiveRows, LiveTicket } from './feeds/live-rows.js';
import type { LookupDesk } from './lookup/lookup-desk.js';
import { LoopWatch } from './storm/loop-watch.js';
import { pipelineCounters } from './pipeline-counters.js';
import type { PipelineCounters } from './pipeline-counters.js';
import type { Rules } from './rules.js';
import { everyOne } from './every-one.js';
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
  readonly statistics?: DetectionCounts | undefined;
  /** Adds to detections what the portal says about them; absent or undefined: nothing. */
  readonly lookups?: (() => Pick<LookupDesk, 'enrich'> | undefined) | undefined;
}

/**
 * What is done exactly, line by line, for messages to the collectors: decode → loop guard →
 * extraction → matching → detections → storm control → messages → delivery.
 */
export class ColdPath {
  readonly loops: LoopWatch;
  readonly evaluator: Evaluator;
  readonly #options: ColdPathOptions;
  readonly #counters: PipelineCounters;
  readonly #storm: Storm;

  constructor(options: ColdPathOptions) {
    const { rules, counters, clock, logger, monotonic, runId, onStatus, statistics } = options;
    this.#options = options;
    this.#counters = pipelineCounters(counters);
    this.evaluator = new Evaluator({ rules, counters: this.#counters, clock, runId, statistics });
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
    return this.evaluator.rules;
  }

  /** Held back for a summary, and the windows that are open. */
  get storm(): Pick<Storm, 'waiting' | 'openWindows'> {
    return this.#storm;
  }

  useRules(rules: Rules): void {
    this.evaluator.useRules(rules);
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
    const message = this.rules.renderer.render(outcome);
    if (isEmpty(message)) return;
    const isSummary = outcome.kind === 'detect' && outcome.detection.summary !== undefined;
    this.#counters.rendered[isSummary ? 'summary' : outcome.kind].value += 1;
    this.#options.delivery.send(message);
  }

  /** Lines of which the scanner says that they surely hold nothing. */
  takeClean({ flags }: IntakeSession, lines: number): void {
    if (!this.#sendsFinished(flags)) {
      this.evaluator.takeClean(lines, true);
      return;
    }
    for (let line = 0; line < lines; line += 1) {
      this.evaluator.takeClean(1, true);
      this.#reportFinished([]);
    }
  }

  takeLine(session: IntakeSession, bytes: Uint8Array, start: number, end: number): void {
    everyOne(this.evaluator.decode(bytes, start, end), (event) => {
      this.evaluator.begin(true);
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
    const counters = this.#counters;
    const layer = this.rules.ownLayerOf(decoded);
    if (layer !== undefined) {
      this.loops.sawOwn(layer, decoded, session);
      return counters.looped;
    }
    const evaluated = this.evaluator.evaluate(decoded, session, true);
    if (evaluated === undefined) return counters.ignored;
    const { extraction, result } = evaluated;
    const { live } = this.#options;
    if (live?.isOn === true) {
      live.ask(extraction, result, () => this.#ticket(decoded, extraction, session));
    }
    const sendsFinished = this.#sendsFinished(session.flags);
    if (result.matches.length === 0) {
      if (sendsFinished) this.#reportFinished([], extraction);
      return counters.clean;
    }
    const detections = this.#send(
      result.matches,
      extraction,
      this.#ticket(decoded, extraction, session),
    );
    if (sendsFinished) this.#reportFinished(detections, extraction);
    return counters.matched;
  }

  /** Reports what a server said about an event that has gone on meanwhile. */
  reportLater(match: Match, ticket: LiveTicket): void {
    this.#counters.detections.value += 1;
    if (isSuppressed(this.rules.index, match, ticket.extraction)) {
      this.#counters.suppressed.value += 1;
      return;
    }
    if (ticket.reported >= this.rules.perEventDetectionLimit) {
      this.#counters.overLimit.value += 1;
      return;
    }
    this.evaluator.countMatches([match], ticket.extraction);
    this.#send([match], ticket.extraction, ticket);
  }

  /** What of an event outlives it. */
  #ticket(decoded: DecodedEvent, extraction: Extraction, { peer }: IntakeSession): LiveTicket {
    const logSource = logSourceOf(decoded, peer);
    return {
      extraction,
      ...this.evaluator.mark,
      logSource,
      countOnly: this.rules.storm.countOnlyRule(decoded, extraction.source, logSource),
      reported: 0,
    };
  }

  /** Sends the detections of matches, but those that are held back; gives back the sent ones. */
  #send(
    matches: readonly Match[],
    extraction: Extraction,
    ticket: LiveTicket,
  ): readonly Detection[] {
    const first = ticket.reported + 1;
    const detections = this.evaluator.detectionsOf(matches, extraction, ticket, first);
    ticket.reported += detections.length;
    const sent = this.#storm.take(detections, extraction.values, ticket);
    const lookups = this.#options.lookups?.();
    everyOne(sent, (detection) => {
      this.report({ kind: 'detect', detection: lookups?.enrich(detection) ?? detection });
    });
    return sent;
  }

  #sendsFinished(flags: IntakeSession['flags']): boolean {
    return this.rules.reportsFinished || flags?.sendFinished === true;
  }

  /** `LookupFinished` with the number of detections sent, by category; after them. */
  #reportFinished(detections: readonly Detection[], extraction?: Extraction): void {
    const now = this.#options.clock();
    const { eventNumber } = this.evaluator;
    this.report(finishedOutcome(detections, now, eventNumber, extraction?.values));
  }
}

/** Whether no collector is to get anything: an empty format says so. */
function isEmpty({ body, variants = {} }: Message): boolean {
  return body === '' && Object.values(variants).every((text) => text === '');
}
