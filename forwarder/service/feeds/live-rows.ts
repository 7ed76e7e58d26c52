import type { CounterSource, Extraction, Logger, Match, Observable } from '../../core/index.js';
import type { Config } from '../../config/index.js';
import {
  categoriesFor,
  confidenceFor,
  createLiveLookups,
  nameOfSource,
  type LiveLookups,
} from '../../feeds/index.js';
import type { MatchResult } from '../../matching/index.js';
import { accessOf } from '../downloads/remote-entries.js';

/** What of an event is needed to report what a server says about it later. */
export interface LiveTicket {
  readonly extraction: Extraction;
  /** Arrival number and digest of the event. */
  readonly number: number;
  readonly digest: string;
  readonly logSource: string;
  /** The rule by which detections of the event are only counted. */
  readonly countOnly: string | undefined;
  /** How many detections of the event were reported so far. */
  reported: number;
}

export interface LiveRowsOptions {
  readonly counters: CounterSource;
  readonly logger: Logger;
  readonly onAnswer: (match: Match, ticket: LiveTicket) => void;
}

/** The feeds that are asked event by event (`live: true`), beside the matching. */
export class LiveRows {
  readonly #options: LiveRowsOptions;
  #lookups: readonly LiveLookups<LiveTicket>[] = [];
  #madeFrom = '';

  constructor(options: LiveRowsOptions) {
    this.#options = options;
  }

  /** Whether any server is asked: then every event is looked at in full. */
  get isOn(): boolean {
    return this.#lookups.length > 0;
  }

  get waiting(): number {
    return this.#lookups.reduce((sum, { waiting }) => sum + waiting, 0);
  }

  /** Asks the servers of this configuration from now on. Caches stay while nothing of them changed. */
  async use({ feeds, downloads }: Config): Promise<void> {
    const live = feeds.filter((feed) => feed.enabled && feed.live && feed.misp !== undefined);
    const madeFrom = JSON.stringify([live, live.length > 0 ? downloads : undefined]);
    if (madeFrom === this.#madeFrom) return;
    await this.close();
    this.#madeFrom = madeFrom;
    const { counters, logger, onAnswer } = this.#options;
    this.#lookups = live.map((feed) => {
      const name = nameOfSource(feed);
      return createLiveLookups<LiveTicket>({
        address: feed.misp ?? '',
        access: accessOf(feed, downloads),
        feed: {
          name,
          origin: feed.misp ?? '',
          role: 'detect',
          confidence: feed.confidence ?? confidenceFor(name),
          categories: categoriesFor(name, feed.categories),
          sentToSiem: feed.sentToSiem,
        },
        query: feed.query,
        counters,
        logger,
        onAnswer,
      });
    });
  }

  /**
   * Asks for what the event holds and no local feed knows. Returns at once. `ticketOf` is called when
   * anything is asked.
   */
  ask(
    extraction: Extraction,
    { matches, suppressed }: MatchResult,
    ticketOf: () => LiveTicket,
  ): void {
    const known = new Set<Observable>();
    for (const { observable, url } of matches) known.add(observable).add(url ?? observable);
    for (const { match } of suppressed)
      known.add(match.observable).add(match.url ?? match.observable);
    const unknown = extraction.observables.filter((observable) => !known.has(observable));
    if (unknown.length === 0) return;
    const ticket: LiveTicket = { ...ticketOf(), reported: matches.length };
    for (const lookups of this.#lookups) lookups.ask(unknown, ticket);
  }

  async close(): Promise<void> {
    const lookups = this.#lookups;
    this.#lookups = [];
    this.#madeFrom = '';
    await Promise.all(lookups.map((one) => one.close()));
  }
}
