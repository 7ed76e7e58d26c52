import type { Clock, Logger } from '../../core/index.js';
import type { LoadedConfig } from '../../config/index.js';
import {
  createSchedule,
  readFetchState,
  type FetchState,
  type Schedule,
} from '../../feeds/index.js';
import type { Metrics } from '../../telemetry/index.js';
import { remoteEntries, type RemoteEntry } from './remote-entries.js';
import { updateInThread, type UpdateOutcome } from './update-in-thread.js';

export interface FeedDownloadsOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Called when a new file of a feed is in place. */
  readonly onUpdated: () => void;
  /** Called when an update failed; the old file is still there. */
  readonly onFailed: (feed: string, error: string) => void;
}

/** Fetches the feeds that have an address, each in its time. */
export class FeedDownloads {
  readonly #options: FeedDownloadsOptions;
  #schedule: Schedule | undefined;
  /** Each stop() counts: what began before it must not start anything after it. */
  #stops = 0;
  /** What was said of a feed last, so that a fault is told once. */
  readonly #failures = new Map<string, string>();

  constructor(options: FeedDownloadsOptions) {
    this.#options = options;
  }

  /** Fetches the feeds of this configuration from now on. What is under way ends first. */
  async use({ config, baseDirectory }: LoadedConfig): Promise<void> {
    await this.stop();
    const stops = this.#stops;
    const { directory } = config.downloads;
    const entries = new Map(remoteEntries(config).map((entry) => [entry.name, entry]));
    if (entries.size === 0) return;
    const feeds = await Promise.all(
      [...entries.values()].map(async ({ name, everyMs }) => ({
        name,
        everyMs,
        state: await readFetchState(directory, name),
      })),
    );
    if (stops !== this.#stops) return;
    this.#schedule = createSchedule({
      feeds,
      clock: this.#options.clock,
      run: async (name, signal) => {
        const entry = entries.get(name);
        if (entry === undefined) return undefined;
        const outcome = await updateInThread({ entry, directory, baseDirectory }, signal);
        return this.#tell(entry, outcome);
      },
    });
    this.#schedule.start();
  }

  async stop(): Promise<void> {
    this.#stops += 1;
    const schedule = this.#schedule;
    this.#schedule = undefined;
    await schedule?.stop();
  }

  #tell({ name, address }: RemoteEntry, outcome: UpdateOutcome): FetchState | undefined {
    const { logger, metrics, onUpdated, onFailed } = this.#options;
    metrics.counter('tf_feed_fetches_total', { feed: name, outcome: outcome.kind }).value += 1;
    switch (outcome.kind) {
      case 'unchanged':
        this.#failures.delete(name);
        logger.debug('feed.unchanged', `feed ${name} has not changed`, { feed: name });
        break;
      case 'updated': {
        this.#failures.delete(name);
        const { records } = outcome;
        logger.info('feed.fetched', `feed ${name} was fetched: ${records} records`, { feed: name });
        onUpdated();
        break;
      }
      case 'failed': {
        const { message, where, hint, code } = outcome.failure;
        logger.warn('feed.fetch_failed', `feed ${name} was not fetched: ${message}`, {
          feed: name,
          where: where ?? new URL(address).host,
          hint,
          errorCode: code,
        });
        if (this.#failures.get(name) !== message) onFailed(name, message);
        this.#failures.set(name, message);
        break;
      }
      default:
        outcome satisfies never;
    }
    return outcome.state;
  }
}
