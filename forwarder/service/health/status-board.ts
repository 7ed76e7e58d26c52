import { performance } from 'node:perf_hooks';

import type { Clock, ContextField, StatusEvent } from '../../core/index.js';
import type { LoadedConfig } from '../../config/index.js';
import type { CollectorDelivery } from '../../delivery/index.js';
import type { Metrics } from '../../telemetry/index.js';
import { notReadyReasons } from './health-readiness.js';
import type { LoadedIndex } from '../indexing/threat-index.js';
import { deliveryPage } from './status-delivery.js';
import { indexPage } from './status-index.js';
import { SpoolFullness } from './spool-fullness.js';
import { findProblems } from './status-problems.js';
import type { StatusFacts } from './status-problems.js';
import { longestTrendSeconds, Trend } from './status-trend.js';
import { countsBy } from './status-values.js';
import type { IntakeStatus, NotedEvent, ServiceStatus } from './status.js';

/** A listener as the page shows it. */
export interface BoardListener {
  readonly name: string;
  /** Undefined: it is configured and not up. */
  readonly listener:
    | {
        readonly address: { readonly host: string; readonly port: number };
        readonly connectionCount: number;
      }
    | undefined;
}

/** Where the board reads; asked anew each time, because reloads replace what they give. */
export interface BoardSources {
  readonly version: string;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly delivery: Pick<CollectorDelivery, 'status'>;
  readonly loaded: () => LoadedConfig;
  readonly index: () => LoadedIndex | undefined;
  readonly listeners: () => readonly BoardListener[];
  readonly isStopping: () => boolean;
  readonly lookup: () => ServiceStatus['lookup'];
}

/** How many status events are kept to be looked at. */
const keptEvents = 20;

/** Fields of status events that only the collectors may see. */
const hidden: ReadonlySet<string> = new Set(['probe', 'loopToken']);

/** Counters whose growth is watched. */
const watched = {
  received: 'tf_events_received_total',
  rejected: 'tf_events_rejected_total',
  refused: 'tf_intake_connections_refused_total',
  faults: 'tf_intake_handler_errors_total',
  dropped: 'tf_delivery_dropped_total',
  damages: 'tf_index_damages_total',
} as const;
type Watched = keyof typeof watched;

/** Keeps what GET /status tells and counters do not hold: rates, and the last status events. */
export class StatusBoard {
  readonly #sources: BoardSources;
  readonly #trends: Readonly<Record<Watched, Trend>>;
  readonly #fullness: SpoolFullness;
  readonly #timer: NodeJS.Timeout;
  readonly #startedAtMs: number;
  #events: readonly NotedEvent[] = [];
  #loopDetectedAt: string | null = null;

  constructor(sources: BoardSources) {
    this.#sources = sources;
    this.#startedAtMs = sources.clock();
    const trends = Object.entries(watched).map(([key, name]) => [
      key,
      new Trend(
        () => sources.metrics.total(name),
        () => performance.now(),
      ),
    ]);
    this.#trends = Object.fromEntries(trends) as Record<Watched, Trend>;
    this.#fullness = new SpoolFullness(sources.metrics, sources.delivery);
    this.#timer = setInterval(() => {
      this.#fullness.look();
      for (const trend of Object.values(this.#trends)) trend.tick();
    }, 1000).unref();
  }

  /** Remembers a status event that is sent to the collectors. */
  note(event: StatusEvent, context: readonly ContextField[]): void {
    const at = new Date(this.#sources.clock()).toISOString();
    // Who knows the mark of a probe could make events that pass for ours.
    const shown = context.map(([name, value]) => [name, hidden.has(name) ? '(hidden)' : value]);
    const noted = { at, event, context: Object.fromEntries(shown) as NotedEvent['context'] };
    this.#events = [noted, ...this.#events].slice(0, keptEvents);
    if (event === 'KL_ALERT_LoopDetected') this.#loopDetectedAt = at;
  }

  readiness(): { readonly isReady: boolean; readonly reasons: readonly string[] } {
    const reasons = this.#notReady(this.#delivery());
    return { isReady: reasons.length === 0, reasons };
  }

  /** The page of the moment. */
  status(): ServiceStatus {
    const facts = this.#facts();
    const problems = findProblems(facts);
    const { at, notReady, ...rest } = facts;
    const state = notReady.length > 0 ? 'not ready' : problems.length > 0 ? 'degraded' : 'ok';
    return { at, state, notReady, problems, ...rest };
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #facts(): StatusFacts {
    const { metrics, clock, version, loaded, index } = this.#sources;
    const nowMs = clock();
    const delivery = this.#delivery();
    return {
      at: new Date(nowMs).toISOString(),
      notReady: this.#notReady(delivery),
      service: {
        version,
        node: process.version,
        pid: process.pid,
        startedAt: new Date(this.#startedAtMs).toISOString(),
        uptimeSeconds: Math.floor(process.uptime()),
        profile: loaded().config.profile,
        configuration: loaded().origin,
        isConfigurationOutdated: metrics.total('tf_config_differs') > 0,
      },
      intake: this.#intake(),
      index: indexPage(index(), this.#lately('damages'), nowMs),
      detections: {
        found: metrics.total('tf_detections_total'),
        suppressed: countsBy(metrics, 'tf_detections_suppressed_total', 'reason'),
        waitingForSummary: metrics.total('tf_detections_waiting'),
      },
      delivery,
      lookup: this.#sources.lookup(),
      disks: disksOf(metrics, loaded().config.state.minFreeBytes),
      loopDetectedAt: this.#loopDetectedAt,
      statusEvents: this.#events,
    };
  }

  #intake(): IntakeStatus {
    const { metrics, listeners } = this.#sources;
    const { received } = this.#trends;
    const perSecond = (seconds: number): number =>
      Math.round(received.perSecond(seconds) * 10) / 10;
    return {
      listeners: listeners().flatMap(({ name, listener }) =>
        listener === undefined
          ? []
          : [
              {
                name,
                address: addressText(listener.address),
                connections: listener.connectionCount,
              },
            ],
      ),
      eventsPerSecond: {
        lastSecond: perSecond(1),
        lastMinute: perSecond(60),
        lastQuarterHour: perSecond(longestTrendSeconds),
      },
      received: metrics.total('tf_events_received_total'),
      outcomes: countsBy(metrics, 'tf_events_total', 'outcome'),
      rejected: countsBy(metrics, 'tf_events_rejected_total', 'reason'),
      rejectedLastQuarterHour: this.#lately('rejected'),
      bytes: metrics.total('tf_intake_bytes_total'),
      connectionsAccepted: metrics.total('tf_intake_connections_total'),
      connectionsRefused: metrics.total('tf_intake_connections_refused_total'),
      connectionsRefusedLastQuarterHour: this.#lately('refused'),
      faultsLastQuarterHour: this.#lately('faults'),
    };
  }

  #delivery(): ReturnType<typeof deliveryPage> {
    const { delivery, metrics, loaded } = this.#sources;
    const config = loaded().config.delivery;
    return deliveryPage({
      delivery,
      metrics,
      config,
      droppedLastQuarterHour: this.#lately('dropped'),
      isSpoolFull: this.#fullness.look(),
    });
  }

  #notReady(delivery: ReturnType<typeof deliveryPage>): readonly string[] {
    const { index, listeners, isStopping } = this.#sources;
    return notReadyReasons({
      isIndexLoaded: index() !== undefined,
      listeners: listeners().map(({ name, listener }) => ({ name, isUp: listener !== undefined })),
      delivery,
      isStopping: isStopping(),
    });
  }

  #lately(what: Watched): number {
    return this.#trends[what].increase(longestTrendSeconds);
  }
}

/** Folders whose disk could not be asked yet are left out. */
function disksOf(metrics: Metrics, minFreeBytes: number): ServiceStatus['disks'] {
  return metrics
    .samples()
    .filter(({ name, value }) => name === 'tf_disk_free_bytes' && !Number.isNaN(value))
    .map(({ labels, value }) => ({
      folder: labels['directory'] ?? '',
      freeBytes: value,
      isLow: value < minFreeBytes,
    }));
}

function addressText({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
