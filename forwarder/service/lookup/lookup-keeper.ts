import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

import type { LoadedConfig } from '../../config/index.js';
import type { Clock, Logger, Outcome } from '../../core/index.js';
import type { PortalCredentials } from '../../lookup/client/portal-options.js';
import type { Metrics } from '../../telemetry/index.js';
import type { LookupStatus } from '../health/status.js';
import type { LookupDesk } from './lookup-desk.js';
import { lookupPage } from './lookup-page.js';

/** Finds who asks the portal, of configuration and environment. Throws ServiceError TF_CONFIG. */
export type FindCredentials = (
  loaded: LoadedConfig,
) => PortalCredentials | Promise<PortalCredentials>;

export interface LookupKeeperOptions {
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly findCredentials: FindCredentials;
  /** Takes the messages that follow detections. */
  readonly onFollowUp: (outcome: Outcome) => void;
  readonly withMessageId: () => boolean;
}

/** Lookups that were opened and are not in use yet: exactly one of the two is to be called. */
export interface OpenedLookups {
  /** From the next detection on; what those before wait for is let go. */
  use(): void;
  /** Closes them: they are not wanted after all. */
  discard(): Promise<void>;
}

const unchanged: OpenedLookups = {
  use: () => undefined,
  discard: () => Promise.resolve(),
};

/** Holds the lookups of detections in use (`lookup.enrich`), and replaces them as a whole. */
export class LookupKeeper {
  readonly #options: LookupKeeperOptions;
  #desk: LookupDesk | undefined;
  #madeFrom: string | undefined;
  readonly #closing = new Set<Promise<void>>();

  constructor(options: LookupKeeperOptions) {
    this.#options = options;
    const { metrics } = options;
    metrics.gauge('tf_lookup_waiting', {}, () => this.#desk?.waiting ?? 0);
    metrics.gauge('tf_lookup_paused', {}, () => (this.#desk?.pause === undefined ? 0 : 1));
  }

  /** Undefined when no detection is looked up. */
  get desk(): LookupDesk | undefined {
    return this.#desk;
  }

  /** What GET /status says of it. */
  get page(): LookupStatus | null {
    return lookupPage(this.#desk, this.#options.metrics);
  }

  /**
   * Opens what a configuration asks for, secrets and certificates read anew; nothing changes when they are
   * the same and the portal does not refuse them. Asks the portal nothing. Throws ServiceError TF_CONFIG.
   */
  async open(loaded: LoadedConfig): Promise<OpenedLookups> {
    const { lookup } = loaded.config;
    if (lookup.enrich.length === 0) return this.#opened(undefined, undefined);
    const credentials = await this.#options.findCredentials(loaded);
    const madeFrom = await fingerprint([lookup, credentials], [credentials.cert, lookup.ca]);
    if (madeFrom === this.#madeFrom && !this.#isRefused()) return unchanged;
    return this.#opened(await this.#openDesk(loaded, credentials), madeFrom);
  }

  /** Lets go of what waits; takes no longer than `limitMs`. Safe to repeat. */
  async close(limitMs: number): Promise<void> {
    this.#replace(undefined, undefined);
    if (this.#closing.size === 0) return;
    const late = new AbortController();
    const limit = pause(limitMs, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.#closing), limit]);
    late.abort();
  }

  #isRefused(): boolean {
    const reason = this.#desk?.pause?.reason;
    return reason === 'unauthorised' || reason === 'tls';
  }

  async #openDesk(loaded: LoadedConfig, credentials: PortalCredentials): Promise<LookupDesk> {
    const { lookup } = loaded.config;
    const { metrics, logger, clock } = this.#options;
    // Loaded only where it is wanted: the start of the service does not pay for it otherwise.
    const [{ LookupDesk: Desk }, { openConfiguredPortal }] = await Promise.all([
      import('./lookup-desk.js'),
      import('./open-configured-portal.js'),
    ]);
    const portal = await openConfiguredPortal(lookup, credentials, {
      clock,
      onWarning: (text) => {
        logger.warn('lookup.cache', text, { directory: lookup.cache.directory });
      },
    });
    try {
      const { enrich: rules, reserve, maxConcurrent, neverAsk } = lookup;
      // The portal's client begins one after another: the last of those that are out waits for its turn.
      const turnsMs = (1000 * maxConcurrent) / lookup.requestsPerSecond;
      const slowMs = 1000 * lookup.slowSeconds + turnsMs;
      const limits = { rules, reserve, maxConcurrent, neverAsk, slowMs };
      return new Desk({ portal, ...limits, ...this.#options, counters: metrics });
    } catch (error) {
      await portal.close();
      throw error;
    }
  }

  #opened(desk: LookupDesk | undefined, madeFrom: string | undefined): OpenedLookups {
    return {
      use: () => {
        this.#replace(desk, madeFrom);
      },
      discard: async () => {
        await desk?.close();
      },
    };
  }

  #replace(desk: LookupDesk | undefined, madeFrom: string | undefined): void {
    const before = this.#desk;
    this.#desk = desk;
    this.#madeFrom = madeFrom;
    if (before === undefined) return;
    const closing = before.close().catch(() => undefined);
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }
}

/** Another one when anything changed: what was configured, a secret, the content of a file. */
async function fingerprint(
  parts: readonly unknown[],
  files: readonly (string | undefined)[],
): Promise<string> {
  const times: string[] = [];
  for (const file of files) {
    if (file === undefined) continue;
    const { mtimeMs = 0, size = 0 } = (await stat(file).catch(() => undefined)) ?? {};
    times.push(`${file} ${mtimeMs} ${size}`);
  }
  return createHash('sha256')
    .update(JSON.stringify([parts, times]))
    .digest('hex');
}
