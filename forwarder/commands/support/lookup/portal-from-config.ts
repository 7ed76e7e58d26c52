import type { Environment, LoadedConfig } from '../../../config/index.js';
import type { Clock } from '../../../core/index.js';
import { openCachingPortal, type KeepingPortal } from '../../../lookup/cache/caching-portal.js';
import { openPortal } from '../../../lookup/open-portal.js';
import { findCredentials, type CredentialRequest } from './credentials.js';

/** What a command or a test wants otherwise than the configuration. */
export interface PortalOverrides extends CredentialRequest {
  readonly url?: string | undefined;
  /** `none`: no answer is kept, and none of before is used; `refreshed`: those of before are replaced. */
  readonly cache?: 'used' | 'refreshed' | 'none' | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  readonly retryPauseMs?: number | undefined;
  /** Told what deserves a word: files that others can read, a cache that cannot be used. */
  readonly onWarning?: ((text: string) => void) | undefined;
}

const minuteMs = 60_000;

/**
 * Opens the portal of a configuration, with its cache; close() it at the end. Nothing is asked yet.
 * Throws ServiceError TF_CONFIG for missing or wrong credentials, certificates and addresses.
 */
export async function portalFromConfig(
  loaded: LoadedConfig,
  env: Environment,
  overrides: PortalOverrides = {},
): Promise<KeepingPortal> {
  const { lookup } = loaded.config;
  const { clock = Date.now, cache = 'used', onWarning, signal, retryPauseMs } = overrides;
  const { credentials, warnings } = await findCredentials(loaded, env, overrides);
  for (const warning of warnings) onWarning?.(warning);
  const portal = await openPortal({
    portal: overrides.portal ?? lookup.portal,
    url: overrides.url ?? lookup.url,
    credentials,
    ca: lookup.ca,
    proxy: lookup.proxy,
    timeoutMs: lookup.timeoutSeconds * 1000,
    requestsPerSecond: lookup.requestsPerSecond,
    maxConcurrent: lookup.maxConcurrent,
    requestsPerDay: lookup.requestsPerDay,
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
