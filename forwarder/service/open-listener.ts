import type { Logger } from '../core/index.js';
import { parseListen } from '../config/index.js';
import type { Config } from '../config/index.js';
import { startListener } from '../intake/index.js';
import type { IntakeListener, ListenerOptions } from '../intake/index.js';
import type { Metrics } from '../telemetry/index.js';
import { readTlsFiles } from './tls-files.js';

export interface OpenListenerOptions extends Required<
  Pick<ListenerOptions, 'onLines' | 'onReject'>
> {
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly readBuffer: Buffer | undefined;
}

/**
 * Opens the JSA listener as configured, paused: what arrives waits unread until resume(). Undefined
 * when the configuration has none. Throws ServiceError TF_LISTEN or TF_CONFIG.
 */
export async function openListener(
  config: Config,
  { metrics, logger, onLines, onReject, readBuffer }: OpenListenerOptions,
): Promise<IntakeListener | undefined> {
  const { jsa, maxLineBytes, partialLineSeconds } = config.intake;
  if (jsa === false) return undefined;
  return startListener({
    name: 'jsa',
    ...parseListen(jsa.listen),
    ...(await readTlsFiles(config)),
    maxLineBytes,
    partialLineTimeoutMs: partialLineSeconds * 1000,
    startPaused: true,
    counters: metrics,
    logger,
    onLines,
    ...(readBuffer === undefined ? {} : { readBuffer }),
    onReject,
  });
}
