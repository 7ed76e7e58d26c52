import { isIP } from 'node:net';

import type { Logger } from '../../core/index.js';
import { parseListen } from '../../config/index.js';
import type { Config, ListenAddress } from '../../config/index.js';
import { startListener } from '../../intake/index.js';
import type { IntakeListener, ListenerOptions } from '../../intake/index.js';
import type { Metrics } from '../../telemetry/index.js';
import type { InheritedSocket } from './inherited-sockets.js';
import { readTlsFiles } from './tls-files.js';

export interface OpenListenerOptions extends Required<
  Pick<ListenerOptions, 'onLines' | 'onReject'>
> {
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly readBuffer: Buffer | undefined;
  /** A listening socket that was handed over to this process, in place of the configured address. */
  readonly inherited: InheritedSocket | undefined;
  /** Called for every event that was given up for want of memory. */
  readonly onShed?: ListenerOptions['onShed'];
}

/**
 * Opens the JSA listener as configured, paused: what arrives waits unread until resume(). Undefined
 * when the configuration has none. Throws ServiceError TF_LISTEN or TF_CONFIG.
 */
export async function openListener(
  config: Config,
  options: OpenListenerOptions,
): Promise<IntakeListener | undefined> {
  const { metrics, logger, onLines, onReject, onShed, readBuffer, inherited } = options;
  const { jsa, maxLineBytes, maxBufferedBytes, partialLineSeconds } = config.intake;
  if (jsa === false) {
    if (inherited !== undefined) {
      const problem =
        'a listening socket was handed over, and intake.jsa is false: nobody answers it';
      logger.warn('intake.inherited_unused', problem);
    }
    return undefined;
  }
  const configured = parseListen(jsa.listen);
  const listener = await startListener({
    name: 'jsa',
    ...configured,
    descriptor: inherited?.descriptor,
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
  if (inherited !== undefined) sayInherited(logger, inherited, listener.address, configured);
  return listener;
}

/** Which address holds: the one of the socket that was handed over. */
function sayInherited(
  logger: Logger,
  { descriptor, name }: InheritedSocket,
  bound: ListenAddress,
  configured: ListenAddress,
): void {
  const where = textOf(bound);
  logger.info(
    'intake.inherited',
    `jsa listens on ${where} by the socket that was handed over; intake.jsa.listen is not opened`,
    { descriptor, ...(name === undefined ? {} : { name }) },
  );
  const isOtherHost = isIP(configured.host) !== 0 && configured.host !== bound.host;
  const isOtherPort = configured.port !== 0 && configured.port !== bound.port;
  if (!isOtherHost && !isOtherPort) return;
  logger.warn(
    'intake.inherited_elsewhere',
    `the socket that was handed over listens on ${where}, intake.jsa.listen says ${textOf(configured)}: the socket unit decides ("threat-forwarder service install" makes it anew)`,
  );
}

function textOf({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
