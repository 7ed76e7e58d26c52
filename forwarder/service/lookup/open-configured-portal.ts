import type { LookupConfig } from '../../config/index.js';
import type { Clock } from '../../core/index.js';
import { openCachingPortal, type KeepingPortal } from '../../lookup/cache/caching-portal.js';
import type { PortalCredentials } from '../../lookup/client/portal-options.js';
import { openPortal } from '../../lookup/open-portal.js';

/** What is wanted otherwise than the configuration says. */
export interface PortalChoices {
  readonly portal?: 'tip' | 'opentip' | undefined;
  readonly url?: string | undefined;
  /** `none`: no answer is kept, and none of before is used; `refreshed`: those of before are replaced. */
  readonly cache?: 'used' | 'refreshed' | 'none' | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  readonly retryPauseMs?: number | undefined;
  /** Told what deserves a word: a cache that cannot be used. */
  readonly onWarning?: ((text: string) => void) | undefined;
}

const minuteMs = 60_000;

/**
 * Opens the portal of a configuration, with its cache; close() it at the end. Nothing is asked yet.
 * Throws ServiceError TF_CONFIG for credentials, certificates and addresses that cannot be used.
 */
export async function openConfiguredPortal(
  lookup: LookupConfig,
  credentials: PortalCredentials,
  choices: PortalChoices = {},
): Promise<KeepingPortal> {
  const { clock = Date.now, cache = 'used', onWarning, signal, retryPauseMs } = choices;
  const portal = await openPortal({
    portal: choices.portal ?? lookup.portal,
    url: choices.url ?? lookup.url,
    credentials,
    ca: lookup.ca,
    proxy: lookup.proxy,
    timeoutMs: lookup.timeoutSeconds * 1000,
    requestsPerSecond: lookup.requestsPerSecond,
    maxConcurrent: lookup.maxConcurrent,
    requestsPerDay: lookup.requestsPerDay,
    // Service and commands count the requests of the day together.
    stateDirectory: lookup.cache.directory,
    clock,
    signal,
    retryPauseMs,
  });
  const { directory, maxBytes, red, orange, yellow, green, grey, noData } = lookup.cache;
  const isKept = cache !== 'none';
  const keptMs = (minutes: number): number => (isKept ? minutes * minuteMs : 0);
  return openCachingPortal(portal, {
    directory,
    maxBytes: isKept ? maxBytes : 0,
    ttlMs: {
      Red: keptMs(red),
      Orange: keptMs(orange),
      Yellow: keptMs(yellow),
      Green: keptMs(green),
      Grey: keptMs(grey),
      noData: keptMs(noData),
    },
    clock,
    refreshes: cache === 'refreshed',
    onWarning,
  });
}
