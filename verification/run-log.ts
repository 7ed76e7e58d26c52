import type { SeenDetection } from './judge.js';
import { indicatorKey, indicatorOf, isPresent } from './indicators.js';
import { inspectLine, type InspectedLine, type ReceivedMessage } from './inspect.js';

/** Lines that JSA could not parse are kept up to this number, as examples; all are counted. */
const maxExamples = 20;

/** Different problems that are counted by their text; texts may quote what was received. */
const maxProblems = 100;

/** Clocks of two machines may differ by this much. */
const clockToleranceMs = 5 * 60_000;

export interface RunLogOptions {
  /** The log source identifier the lines must carry, letter for letter. */
  readonly identifier: string;
  /** Source addresses of the events of this run. */
  readonly sourceAddresses: ReadonlySet<string>;
  /** Keys of all values that were sent. */
  readonly sentKeys: ReadonlySet<string>;
  readonly startedAtMs: number;
}

/** `lines` is the sum of detections, foreignDetections, status, evaluation and unreadable. */
export interface ReceivedCounts {
  readonly lines: number;
  /** Detections of this run's events, and of other events (other traffic, an earlier run). */
  readonly detections: number;
  readonly foreignDetections: number;
  readonly status: number;
  readonly evaluation: number;
  /** Lines that say nothing that could be used: no event of the service, or no indicator in it. */
  readonly unreadable: number;
  /** Lines JSA would not parse as meant. */
  readonly malformed: number;
}

/** Everything that came back so far, sorted. */
export class RunLog {
  readonly detections: SeenDetection[] = [];
  /** Feed names of the KL_ALERT_UpdatedFeed messages. */
  readonly announcedFeeds = new Set<string>();
  /** The first malformed lines. */
  readonly malformed: InspectedLine[] = [];
  /** Every problem, with the number of lines that have it. */
  readonly problems = new Map<string, number>();
  readonly #options: RunLogOptions;
  #lines = 0;
  #foreign = 0;
  #status = 0;
  #evaluation = 0;
  #unreadable = 0;
  #malformed = 0;

  constructor(options: RunLogOptions) {
    this.#options = options;
  }

  get counts(): ReceivedCounts {
    return {
      lines: this.#lines,
      detections: this.detections.length,
      foreignDetections: this.#foreign,
      status: this.#status,
      evaluation: this.#evaluation,
      unreadable: this.#unreadable,
      malformed: this.#malformed,
    };
  }

  /** Takes a received line. Returns true when it is a detection of this run. */
  add(text: string): boolean {
    this.#lines += 1;
    const line = inspectLine(text, this.#options.identifier);
    if (line.problems.length > 0) {
      this.#malformed += 1;
      if (this.malformed.length < maxExamples) this.malformed.push(line);
      for (const problem of line.problems) this.#count(problem);
    }
    if (line.message !== undefined) return this.#sort(line.message);
    this.#unreadable += 1;
    return false;
  }

  #count(problem: string): void {
    const count = this.problems.get(problem);
    if (count !== undefined || this.problems.size < maxProblems) {
      this.problems.set(problem, (count ?? 0) + 1);
    }
  }

  #sort(message: ReceivedMessage): boolean {
    switch (message.kind) {
      case 'status': {
        this.#status += 1;
        const feed = message.attributes.get('feed');
        if (message.event === 'KL_ALERT_UpdatedFeed' && feed !== undefined) {
          this.announcedFeeds.add(feed);
        }
        return false;
      }
      case 'evaluation':
        this.#evaluation += 1;
        return false;
      case 'detect': {
        const indicator = indicatorOf(message.attributes, this.#options.sentKeys);
        if (indicator === undefined) {
          this.#unreadable += 1;
          return false;
        }
        if (!this.#isOfThisRun(message, indicator)) {
          this.#foreign += 1;
          return false;
        }
        this.detections.push({ event: message.event, indicator });
        return true;
      }
      default:
        return message.kind satisfies never;
    }
  }

  /**
   * The event's source address comes back as `src` and marks the run. A service whose format has
   * no `src` is judged by value and by time instead.
   */
  #isOfThisRun({ attributes }: ReceivedMessage, indicator: string): boolean {
    const source = attributes.get('src');
    if (isPresent(source)) return this.#options.sourceAddresses.has(source);
    const deviceTime = Number(attributes.get('devTime'));
    const isOld = deviceTime > 0 && deviceTime < this.#options.startedAtMs - clockToleranceMs;
    return !isOld && this.#options.sentKeys.has(indicatorKey(indicator));
  }
}
