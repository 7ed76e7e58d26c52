import type { LoadedConfig } from '../../config/index.js';
import { messageOf } from '../../core/index.js';
import type { Clock, Logger, Message, Outcome } from '../../core/index.js';
import type { CollectorOptions } from '../../delivery/index.js';
import { statusOutcome } from '../../detection/index.js';
import type { Metrics } from '../../telemetry/index.js';
import { Alarms } from './alarms.js';
import { ConfigFreshness } from './config-freshness.js';
import { DiskSpace, writtenFolders } from './disk-space.js';
import { HangWatch, hangSinceMark } from './hang-watch.js';
import { RunMarker } from './run-marker.js';
import type { BrokenRun } from './run-marker.js';
import { openStateFolder } from './state-folder.js';
import type { ReportStatus } from '../health/status-reports.js';

export interface OperationOptions {
  readonly loaded: LoadedConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly report: ReportStatus;
}

/**
 * What the service notices about its own running: that the run before was cut off, that it hangs, that
 * a disk fills up, that something was dropped, that the configuration on disk is another.
 */
export class Operation {
  readonly alarms: Alarms;
  readonly freshness: ConfigFreshness;
  readonly #options: OperationOptions;
  readonly #disks: DiskSpace;
  #marker: RunMarker | undefined;
  #broken: BrokenRun | undefined;
  #hangWatch: HangWatch | undefined;
  #hangs = 0;

  constructor(options: OperationOptions) {
    this.#options = options;
    const { loaded, logger, metrics, report } = options;
    this.alarms = new Alarms(report);
    this.freshness = new ConfigFreshness(metrics, loaded);
    this.#disks = new DiskSpace({
      folders: writtenFolders(loaded.config),
      minFreeBytes: loaded.config.state.minFreeBytes,
      metrics,
      logger,
      report,
    });
  }

  /**
   * Notes that this run has begun. Without a configuration file nothing is noted: that is a trial. A
   * state folder that cannot be used is said and no reason not to start.
   */
  async begin(): Promise<void> {
    const { loaded, logger, clock, report } = this.#options;
    if (loaded.origin === 'built-in') return;
    try {
      const { marker, broken } = await RunMarker.begin(await openStateFolder(loaded.config), clock);
      this.#marker = marker;
      this.#broken = broken;
    } catch (error) {
      logger.warn(
        'state.unusable',
        `it cannot be told whether a run ended in good order: ${messageOf(error)}`,
        { where: 'state.directory' },
      );
    }
    if (this.#broken === undefined) return;
    const since = new Date(this.#broken.lastSeenMs).toISOString();
    const started = new Date(this.#broken.startedAtMs).toISOString();
    logger.warn('service.was_cut_off', `the run before did not end in good order`, {
      since,
      started,
    });
    report('KL_ALERT_ServiceUnavailable', [
      ['since', since],
      ['reason', 'the run before did not end in good order'],
      ['started', started],
    ]);
  }

  /** The service is up: disks and the main loop are watched from now on. */
  async started({
    collectors,
    render,
  }: {
    readonly collectors: readonly CollectorOptions[];
    readonly render: (outcome: Outcome) => Message;
  }): Promise<void> {
    if (this.#broken !== undefined) await this.#marker?.told();
    const { loaded, logger, clock } = this.#options;
    const { identifier, leef, service } = loaded.config;
    if (service.watchdogSeconds > 0) {
      this.#hangWatch = new HangWatch({
        limitMs: service.watchdogSeconds * 1000,
        collectors,
        header: {
          identifier,
          facility: leef.facility,
          severity: leef.severity,
          timeZone: leef.timeZone,
        },
        render: () => {
          this.#hangs += 1;
          const context = [
            ['since', hangSinceMark],
            ['reason', 'the service hangs'],
          ] as const;
          const event = 'KL_ALERT_ServiceUnavailable';
          // Numbers apart from those of the status events of the main loop.
          return render(statusOutcome(event, context, clock(), 1e9 + this.#hangs));
        },
        logger,
      });
    }
    await this.#disks.start();
  }

  /** A configuration that was read anew is in use, its templates with it. */
  reloaded(): void {
    this.freshness.used();
    this.#hangWatch?.renew();
  }

  /** Ends watching; sums held back are reported. */
  async close(): Promise<void> {
    this.alarms.close();
    this.freshness.close();
    this.#disks.close();
    await this.#hangWatch?.close();
  }

  /** The service ended in good order; `wasUp`: it had come up. */
  async endedWell(wasUp: boolean): Promise<void> {
    // A start that failed has not told anyone of the run before: the next one is to.
    if (wasUp || this.#broken === undefined) await this.#marker?.end();
  }
}
