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
  /** Called for every event that was given up for want of memory. */
  readonly onShed?: ListenerOptions['onShed'];
}

/**
 * Opens the JSA listener as configured, paused: what arrives waits unread until resume(). Undefined
 * when the configuration has none. Throws ServiceError TF_LISTEN or TF_CONFIG.
 */
export async function openListener(
  config: Config,
  { metrics, logger, onLines, onReject, onShed, readBuffer }: OpenListenerOptions,
): Promise<IntakeListener | undefined> {
  const { jsa, maxLineBytes, maxBufferedBytes, partialLineSeconds } = config.intake;
  if (jsa === false) return undefined;
  return startListener({
    name: 'jsa',
    ...parseListen(jsa.listen),
    ...(await readTlsFiles(config)),
    maxLineBytes,
    maxBufferedBytes,
    maxConnections: jsa.maxConnections,
    partialLineTimeoutMs: partialLineSeconds * 1000,
    ...(jsa.idleSeconds === 0 ? {} : { idleTimeoutMs: jsa.idleSeconds * 1000 }),
    startPaused: true,
    counters: metrics,
    logger,
    onLines,
    ...(readBuffer === undefined ? {} : { readBuffer }),
    onReject,
    ...(onShed === undefined ? {} : { onShed }),
  });
}
