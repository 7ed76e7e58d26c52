import { messageOf, ServiceError } from '../core/index.js';
import { defaultTiming } from './backoff.js';
import { checkCollector } from './collector-options.js';
import type { CollectorOptions } from './collector-options.js';
import { transportKindOf } from './transports/index.js';
import { checkTlsFiles } from './transports/stream-tls.js';

/** What a look at one collector gave. `url` holds no secrets. */
export type CollectorProbe =
  | { readonly outcome: 'reachable'; readonly url: string }
  | { readonly outcome: 'not_checkable'; readonly url: string; readonly detail: string }
  | { readonly outcome: 'unreachable'; readonly url: string; readonly detail: string };

/**
 * Checks one collector's options and the files they name, without touching the network. `where` is
 * its place in the configuration. Throws ServiceError TF_CONFIG.
 */
export async function checkCollectorFiles(options: CollectorOptions, where: string): Promise<void> {
  const collector = checkCollector(options, where);
  if (collector.address.scheme === 'tls') await checkTlsFiles(collector);
}

/**
 * Connects to a collector as delivery would, TLS handshake and certificates included, sends nothing
 * and closes again. Over UDP only the name is looked up: nobody answers there. Throws ServiceError
 * TF_CONFIG for options that cannot work, and for certificate files that cannot be used.
 */
export async function probeCollector(
  options: CollectorOptions,
  timeoutMs: number,
): Promise<CollectorProbe> {
  const collector = checkCollector(options);
  const url = collector.shownUrl;
  const kind = transportKindOf(collector);
  const transport = kind.create(collector, {
    identifier: 'probe',
    facility: 16,
    severity: 6,
    connectTimeoutMs: timeoutMs,
    stallTimeoutMs: defaultTiming.stallTimeoutMs,
  });
  try {
    await transport.open(new AbortController().signal);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'TF_CONFIG') throw error;
    return { outcome: 'unreachable', url, detail: detailOf(error) };
  }
  await transport.close(timeoutMs);
  if (kind.isCheckable) return { outcome: 'reachable', url };
  return { outcome: 'not_checkable', url, detail: 'UDP does not tell whether anyone listens' };
}

function detailOf(error: unknown): string {
  const hint = error instanceof ServiceError ? error.hint : undefined;
  return hint === undefined ? messageOf(error) : `${messageOf(error)}; ${hint}`;
}
