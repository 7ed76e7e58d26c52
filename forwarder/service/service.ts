import type { Clock, StatusEvent } from '../core/index.js';
import type { LoadedConfig } from '../config/index.js';
import { parseListen } from '../config/index.js';
import type { CollectorDelivery } from '../delivery/index.js';
import type { KernelMemory } from '../scanning/index.js';
import { checkCollectors, collectorsOf, openDelivery } from './collectors.js';
import { FeedKeeper } from './feeds/feed-keeper.js';
import { publishGauges } from './health/gauges.js';
import { startHealthServer } from './health/health.js';
import type { HealthServer } from './health/health.js';
import type { LoadedIndex } from './indexing/threat-index.js';
import { LiveRows } from './feeds/live-rows.js';
import { loadKernel } from './scanning/load-kernel.js';
import { ServiceIntake } from './listening/service-intake.js';
import { Operation } from './operation/operation.js';
import { Pipeline } from './pipeline.js';
import { Refresh, type RefreshScope } from './reloading/refresh.js';
import { rereadConfig } from './reloading/reread-config.js';
import { Installed } from './storm/installed.js';
import { withIndex } from './rules.js';
import type { StaticRules } from './rules.js';
import { startPool } from './scanning/scan-pool.js';
import type { ScanPool } from './scanning/scan-pool.js';
import { StatusBoard } from './health/status-board.js';
import type { Address, ServiceOptions } from './service-options.js';
import { StatusReports } from './health/status-reports.js';
import { LookupKeeper } from './lookup/lookup-keeper.js';
import type { OpenedLookups } from './lookup/lookup-keeper.js';
import { EnrichmentKeeper } from './sessions/enrichment-keeper.js';
import type { OpenedEnrichment } from './sessions/enrichment-keeper.js';
import { openServiceStatistics } from './statistics/open-service-statistics.js';
import type { ServiceStatistics } from './statistics/open-service-statistics.js';
import type { ServiceStatus } from './health/status.js';

/**
 * How `service.stopSeconds` is shared out: the intake may take so much of it, delivery what is left up to
 * this share. The rest is for what closes after it.
 */
const intakeShare = 0.3;
const deliveredByShare = 0.85;
/** Nothing of it is waited for: so long may closing the connections to the portal take. */
const lookupsShare = 0.1;

/**
 * The running service. Listeners are open from the start, so no sender is refused; what arrives
 * before the feeds are loaded waits unread in its socket.
 */
export class Service {
  readonly #options: ServiceOptions;
  readonly #installation: Installed;
  readonly #clock: Clock;
  readonly #delivery: CollectorDelivery;
  /** Ends a reload that is under way when the service stops. */
  readonly #stop = new AbortController();
  #loaded: LoadedConfig;
  #pipeline: Pipeline | undefined;
  readonly #intake = new ServiceIntake();
  #health: HealthServer | undefined;
  readonly #board: StatusBoard;
  #kernel: KernelMemory | undefined;
  #pool: ScanPool | undefined;
  readonly #feeds: FeedKeeper;
  readonly #live: LiveRows;
  readonly #reports: StatusReports;
  readonly #operation: Operation;
  readonly #refresh: Refresh;
  readonly #enrichment: EnrichmentKeeper;
  readonly #lookups: LookupKeeper;
  #statistics: ServiceStatistics;
  #stopping: Promise<void> | undefined;

  private constructor(
    options: ServiceOptions,
    installation: Installed,
    delivery: CollectorDelivery,
  ) {
    this.#options = options;
    this.#installation = installation;
    this.#loaded = options.loaded;
    this.#clock = options.clock ?? Date.now;
    this.#reports = new StatusReports(this.#clock);
    this.#operation = new Operation({ ...options, clock: this.#clock, report: this.#report });
    this.#delivery = delivery;
    this.#board = new StatusBoard({
      version: options.version ?? 'unknown',
      metrics: options.metrics,
      clock: this.#clock,
      delivery: this.#delivery,
      loaded: () => this.#loaded,
      index: () => this.index,
      listeners: () => this.#intake.listeners(this.#loaded.config),
      isStopping: () => this.#stopping !== undefined,
      lookup: () => this.#lookups.page,
    });
    this.#feeds = new FeedKeeper({
      logger: options.logger,
      metrics: options.metrics,
      clock: this.#clock,
      report: this.#report,
      onChange: (isSuperseded) => {
        if (this.#pipeline === undefined || this.#stop.signal.aborted) return;
        if (isSuperseded) this.#refresh.supersede();
        void this.#refresh.request('feeds');
      },
    });
    this.#refresh = new Refresh({
      run: (what, signal) => this.#reload(what, signal),
      signal: this.#stop.signal,
    });
    this.#enrichment = new EnrichmentKeeper({ logger: options.logger, counters: options.metrics });
    this.#lookups = new LookupKeeper({
      logger: options.logger,
      metrics: options.metrics,
      clock: this.#clock,
      findCredentials: options.findPortalCredentials ?? (() => ({})),
      onFollowUp: (outcome) => this.#pipeline?.report(outcome),
      withMessageId: () => this.#loaded.config.leef.messageId,
    });
    this.#live = new LiveRows({
      counters: options.metrics,
      logger: options.logger,
      onAnswer: (match, ticket) => this.#pipeline?.reportLater(match, ticket),
    });
  }

  /**
   * Opens the listeners, loads the feeds, starts reading, reports KL_ALERT_ServiceStarted. When
   * any of it fails, everything opened is closed again and the ServiceError thrown.
   */
  static async start(options: ServiceOptions): Promise<Service> {
    // Before anything is opened: a bad template or pattern must not show as a short connection.
    const installation = await Installed.find(options);
    const rules = await installation.compile(options.loaded);
    await checkCollectors(options.loaded.config);
    const delivery = await openDelivery(options.loaded.config, rules.collectorDialects, {
      ...options,
      clock: options.clock ?? Date.now,
      // Raised from the event loop, when there is a service.
      onAlarm: (alarm) => {
        service.#operation.alarms.onDelivery(alarm);
      },
    });
    const service = new Service(options, installation, delivery);
    try {
      await service.#start(rules);
      return service;
    } catch (error) {
      await service.#closeEverything(0);
      await service.#operation.endedWell(false);
      throw error;
    }
  }

  /** Where the service really listens (a configured port 0 is a free one by now). */
  get addresses(): Readonly<Record<'jsa' | 'cybertrace' | 'http', Address | undefined>> {
    return {
      jsa: this.#intake.addressOf('jsa'),
      cybertrace: this.#intake.addressOf('cybertrace'),
      http: this.#health?.address,
    };
  }

  get index(): LoadedIndex | undefined {
    return this.#feeds.index;
  }

  readiness(): ReturnType<StatusBoard['readiness']> {
    return this.#board.readiness();
  }

  /** What GET /status answers. */
  status(): ServiceStatus {
    return this.#board.status();
  }

  /**
   * Reads configuration and feeds again and swaps them in as a whole. When anything is bad, what is
   * in use stays and the reason is logged; a bad feed is also reported to the collectors. Resolves to
   * whether the new ones are in use. A call during a reload makes it run once more.
   */
  reload(): Promise<boolean> {
    if (this.#pipeline === undefined) return Promise.resolve(false);
    void this.#intake.lookAtCertificate();
    return this.#refresh.request('configuration');
  }

  /** Stops reading, sends what waits, says KL_ALERT_ServiceStopped. Within `service.stopSeconds`; safe to repeat. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #start(rules: StaticRules): Promise<void> {
    const { logger, metrics } = this.#options;
    const { config } = this.#loaded;
    // A missing secret must not show as a short connection either.
    (await this.#lookups.open(this.#loaded)).use();
    publishGauges(metrics, () => this.index, this.#delivery);
    metrics.gauge('tf_live_waiting', {}, () => this.#live.waiting);
    if (config.http !== false) {
      this.#health = await startHealthServer({
        ...parseListen(config.http.listen),
        readiness: () => this.readiness(),
        metrics: () => metrics.exposition(),
        status: () => this.status(),
        logger,
      });
    }
    const loadedKernel = await loadKernel(logger);
    const kernel = loadedKernel?.kernel;
    this.#kernel = kernel;
    await this.#intake.open(config, {
      metrics,
      logger,
      // Nothing is read before there is a pipeline.
      onLines: (session, bytes, start, end, onFault) =>
        this.#pipeline?.takeLines(session, bytes, start, end, onFault) ?? 0,
      answer: (dialect, session, ...event) =>
        this.#pipeline?.answer(dialect, session, ...event) ?? nothingToSay,
      answerSkipped: (dialect, session) =>
        this.#pipeline?.answerSkipped(dialect, session) ?? nothingToSay,
      readBuffer: kernel?.readBuffer,
      inherited: this.#options.inherited,
      onReject: (reason) => this.#pipeline?.reject(reason),
      onShed: this.#operation.alarms.onShed,
    });
    await this.#operation.begin();
    await this.#live.use(config);
    (await this.#enrichment.open(config)).use();
    this.#statistics = await openServiceStatistics(this.#loaded, {
      counters: metrics,
      logger,
      clock: this.#clock,
    });
    const { onProgress, signal } = this.#options;
    const index = await this.#feeds.load(this.#loaded, { onProgress, signal });
    const first = closedOnError(index, () => {
      signal?.throwIfAborted();
      return withIndex(rules, index.compiled, kernel);
    });
    this.#pool = startPool(config.matching.workers, loadedKernel?.wasm, {
      rules: first.scanRules,
      metrics,
      logger,
    });
    this.#pipeline = new Pipeline({
      rules: first,
      delivery: this.#delivery,
      counters: metrics,
      clock: this.#clock,
      monotonic: () => performance.now(),
      logger,
      runId: this.#installation.runId,
      onStatus: this.#report,
      pool: this.#pool,
      live: this.#live,
      enrichment: () => this.#enrichment.desk,
      statistics: this.#statistics,
      lookups: () => this.#lookups.desk,
    });
    this.#feeds.use(index, this.#loaded);
    const pipeline = this.#pipeline;
    this.#reports.sendTo((outcome) => {
      pipeline.report(outcome);
    });
    this.#intake.resume();
    metrics.gauge('tf_detections_waiting', {}, () => pipeline.storm.waiting);
    metrics.gauge('tf_storm_windows', {}, () => pipeline.storm.openWindows);
    pipeline.loops.useProbes(config.leef.loopToken);
    this.#report('KL_ALERT_ServiceStarted', config.leef.loopToken ? pipeline.loops.probe() : []);
    await this.#operation.started({
      collectors: collectorsOf(config, rules.collectorDialects),
      render: (outcome) => pipeline.rules.renderer.render(outcome),
    });
    await this.#feeds.started();
  }

  async #reload(scope: RefreshScope, signal: AbortSignal): Promise<boolean> {
    const pipeline = this.#pipeline;
    const before = this.index;
    if (pipeline === undefined || before === undefined) return false;
    let enrichment: OpenedEnrichment | undefined;
    let lookups: OpenedLookups | undefined;
    try {
      const loaded = scope === 'feeds' ? this.#loaded : await this.#reread();
      const { config } = loaded;
      const rules = scope === 'feeds' ? undefined : await this.#installation.compile(loaded);
      if (rules !== undefined) {
        enrichment = await this.#enrichment.open(config);
        lookups = await this.#lookups.open(loaded);
      }
      const index = await this.#feeds.load(loaded, { signal });
      if (rules === undefined && index.compiled === before.compiled) return true;
      const isConfigChanged =
        rules !== undefined &&
        (rules.templateTexts !== pipeline.rules.templateTexts ||
          JSON.stringify(config) !== JSON.stringify(this.#loaded.config));
      const isNew = index.compiled !== before.compiled;
      const next = closedOnError(isNew ? index : undefined, () => {
        this.#stop.signal.throwIfAborted();
        return withIndex(rules ?? pipeline.rules, index.compiled, this.#kernel);
      });
      pipeline.useRules(next);
      enrichment?.use();
      enrichment = undefined;
      lookups?.use();
      lookups = undefined;
      pipeline.loops.useProbes(config.leef.loopToken);
      this.#loaded = loaded;
      this.#feeds.use(index, loaded);
      if (isConfigChanged) this.#report('KL_ALERT_ConfigurationUpdated');
      this.#feeds.reportChanges(before);
      if (isConfigChanged) {
        await this.#live.use(config);
        // What stop() has closed must not be opened again.
        if (this.#stop.signal.aborted) await this.#live.close();
        else await this.#feeds.fetchAnew();
      }
      if (scope === 'configuration') this.#operation.reloaded();
      this.#options.logger.info('service.reloaded', `${scope} reloaded`, {
        indicators: index.compiled.index.indicatorCount,
      });
      return true;
    } catch (error) {
      await enrichment?.discard();
      await lookups?.discard();
      if (signal.aborted) return false;
      if (scope === 'configuration') this.#operation.freshness.refused();
      this.#feeds.failedToLoad(error);
      return false;
    }
  }

  #reread(): Promise<LoadedConfig> {
    const { reread, logger } = this.#options;
    return rereadConfig({
      reread,
      logger,
      compile: (loaded) => this.#installation.compile(loaded),
      inUse: this.#loaded,
      freshness: this.#operation.freshness,
    });
  }

  readonly #report = (
    event: StatusEvent,
    context: readonly (readonly [string, string])[] = [],
  ): void => {
    this.#board.note(event, context);
    this.#reports.report(event, context);
  };

  async #stopAll(): Promise<void> {
    this.#stop.abort();
    const stopMs = this.#loaded.config.service.stopSeconds * 1000;
    const deliveredByMs = performance.now() + stopMs * deliveredByShare;
    await this.#feeds.stop();
    await this.#intake.close(stopMs * intakeShare);
    await this.#pipeline?.idle();
    await this.#live.close();
    this.#pipeline?.close();
    await this.#lookups.close(stopMs * lookupsShare);
    await this.#operation.close();
    this.#report('KL_ALERT_ServiceStopped');
    await this.#closeEverything(Math.max(0, deliveredByMs - performance.now()));
    await this.#operation.endedWell(true);
  }

  async #closeEverything(deadlineMs: number): Promise<void> {
    await this.#feeds.stop();
    await this.#live.close();
    await this.#intake.close(0);
    await this.#pool?.close();
    await this.#enrichment.close();
    await this.#lookups.close(0);
    await this.#statistics?.close();
    this.#pipeline?.close();
    await this.#operation.close();
    await this.#delivery.close(deadlineMs);
    await this.#health?.close();
    this.#board.close();
    this.#feeds.close();
  }
}

/** Before there is a pipeline nothing is asked. */
const nothingToSay = { text: '', messages: 0 } as const;

/** Does what takes an index into use; when that fails, nobody else would close it. */
function closedOnError<Result>(index: LoadedIndex | undefined, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    index?.close();
    throw error;
  }
}
