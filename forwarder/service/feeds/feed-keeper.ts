import { messageOf, ServiceError } from '../../core/index.js';
import type { Clock, ContextField, Logger, StatusEvent } from '../../core/index.js';
import type { LoadedConfig } from '../../config/index.js';
import type { Metrics } from '../../telemetry/index.js';
import { FeedDownloads } from '../downloads/feed-downloads.js';
import { FeedFilesWatch, foldersOf } from './feed-files-watch.js';
import { FeedReports } from './feed-reports.js';
import { publishFeedGauges } from '../health/gauges.js';
import { damageHandler } from '../indexing/index-damage.js';
import { areSameInputs, feedRequest, type IndexInputs } from '../indexing/index-inputs.js';
import { logLoadedIndex } from '../indexing/log-index.js';
import { currentInputs, FeedLoadError, loadThreatIndex } from '../indexing/threat-index.js';
import type { LoadedIndex, LoadOptions } from '../indexing/threat-index.js';

export interface FeedKeeperOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly report: (event: StatusEvent, context: readonly ContextField[]) => void;
  /** Called when a feed may have changed; `isSuperseded`: what is being compiled is old by now. */
  readonly onChange: (isSuperseded: boolean) => void;
}

/** A load that failed is not tried again with the very same files before this. */
const retryMs = 600_000;
const hourMs = 3_600_000;

/**
 * Keeps the index in use and what leads to the next one: watches the files of the feeds, fetches
 * those that have an address, and says what becomes of them.
 */
export class FeedKeeper {
  readonly #options: FeedKeeperOptions;
  readonly #reports: FeedReports;
  readonly #watch: FeedFilesWatch;
  readonly #downloads: FeedDownloads;
  readonly #outdatedTimer: NodeJS.Timeout;
  #index: LoadedIndex | undefined;
  #loaded: LoadedConfig | undefined;
  /** What the index is made from that is being compiled. */
  #compiling: IndexInputs | undefined;
  /** What the last load that failed was to be made from, and what was said of it. */
  #failed: { readonly inputs: IndexInputs | undefined; readonly atMs: number } | undefined;
  #said = '';

  constructor(options: FeedKeeperOptions) {
    this.#options = options;
    const { logger, metrics, clock } = options;
    this.#reports = new FeedReports(options);
    this.#watch = new FeedFilesWatch({
      onChange: () => {
        void this.#mayHaveChanged();
      },
    });
    this.#downloads = new FeedDownloads({
      logger,
      metrics,
      clock,
      onUpdated: () => {
        void this.#mayHaveChanged();
      },
      onFailed: (feed, error) => {
        this.#reports.failedToUpdate(feed, error);
      },
    });
    this.#outdatedTimer = setInterval(() => {
      this.#reports.outdated(this.#index?.feeds ?? []);
    }, hourMs).unref();
  }

  get index(): LoadedIndex | undefined {
    return this.#index;
  }

  /** The index of a configuration; the one in use when nothing has changed. Errors as loadThreatIndex. */
  async load(loaded: LoadedConfig, options: LoadOptions): Promise<LoadedIndex> {
    const { logger, metrics, clock } = this.#options;
    let inputs: IndexInputs | undefined;
    try {
      const index = await loadThreatIndex(loaded, {
        keeps: true,
        previous: this.#index,
        onCompile: (made) => {
          inputs = made;
          this.#compiling = made;
        },
        onDamage: damageHandler(metrics, logger, clock),
        onWarning(message) {
          logger.warn('index.warning', message);
        },
        ...options,
      });
      this.#failed = undefined;
      this.#said = '';
      return index;
    } catch (error) {
      if (options.signal?.aborted !== true) this.#failed = { inputs, atMs: clock() };
      throw error;
    } finally {
      this.#compiling = undefined;
    }
  }

  /** Takes an index into use. Whoever asks must ask this one from now on: the one before is closed. */
  use(index: LoadedIndex, loaded: LoadedConfig): void {
    if (this.#index?.compiled !== index.compiled) this.#index?.close();
    this.#index = index;
    this.#loaded = loaded;
    // What is pinned or accepted by hand stands beside the index.
    this.#watch.use([...foldersOf(feedRequest(loaded)), loaded.config.index.directory]);
    const { logger, metrics } = this.#options;
    metrics.counter('tf_feed_loads_total', { outcome: 'loaded' }).value += 1;
    publishFeedGauges(metrics, () => this.#index);
    logLoadedIndex(logger, index);
  }

  /** After the start: says what could not be used, and begins to fetch. */
  async started(): Promise<void> {
    this.#reports.started(this.#index?.feeds ?? []);
    await this.fetchAnew();
  }

  /** Says what changed since the index before. */
  reportChanges(before: LoadedIndex): void {
    this.#reports.changed(before.feeds, this.#index?.feeds ?? []);
  }

  /** Fetches the feeds of the configuration in use from now on. */
  async fetchAnew(): Promise<void> {
    if (this.#loaded !== undefined) await this.#downloads.use(this.#loaded);
  }

  /** Says, once, that a load failed and the index in use stays. */
  failedToLoad(error: unknown): void {
    const { logger, metrics } = this.#options;
    const message = messageOf(error);
    if (message === this.#said) {
      logger.debug('service.reload_failed', `reload failed again: ${message}`);
      return;
    }
    this.#said = message;
    const { code, where, hint } = error instanceof ServiceError ? error : {};
    logger.error('service.reload_failed', `reload failed, the old stays: ${message}`, {
      ...(code === undefined ? {} : { errorCode: code, where, hint }),
    });
    if (code === 'TF_FEED') {
      // A feed that cannot even be opened has no name yet: its place in the configuration.
      const feed = error instanceof FeedLoadError ? error.feed : (where ?? 'feeds');
      this.#reports.failedToUpdate(feed, message);
    } else metrics.counter('tf_feed_loads_total', { outcome: 'failed' }).value += 1;
  }

  /** Ends watching and fetching; the index stays in use. */
  async stop(): Promise<void> {
    clearInterval(this.#outdatedTimer);
    this.#watch.close();
    await this.#downloads.stop();
  }

  close(): void {
    this.#index?.close();
  }

  /** Looks whether a feed changed, also while an older version compiles. */
  async #mayHaveChanged(): Promise<void> {
    if (this.#loaded === undefined) return;
    const compiling = this.#compiling;
    const isFailedLately =
      this.#failed !== undefined && // A clock that was set back must not put it off.
      Math.abs(this.#options.clock() - this.#failed.atMs) < retryMs;
    if (compiling === undefined && !isFailedLately) {
      this.#options.onChange(false);
      return;
    }
    const now = await currentInputs(this.#loaded).catch(() => undefined);
    if (now === undefined) return;
    if (compiling === undefined) {
      const tried = this.#failed?.inputs;
      if (tried === undefined || !areSameInputs(now, tried)) this.#options.onChange(false);
    } else if (!areSameInputs(now, compiling)) {
      this.#options.logger.info('feed.superseded', 'a newer version of a feed is there');
      this.#options.onChange(true);
    }
  }
}
