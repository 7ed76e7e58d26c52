import type { Server } from 'node:net';

import type { Logger } from '../core/index.js';
import type { IntakeCounters } from './intake-counters.js';
import type { ListenerLog } from './listener-log.js';
import { listen } from './server.js';
import type { ListenTarget } from './server.js';

export interface OpenServerOptions extends ListenTarget {
  readonly name: string;
  readonly tls?: unknown;
  readonly logger: Logger;
}

/**
 * Opens the address of a listener and says so in the log; what cannot be accepted from then on is
 * counted. Resolves to where it really listens; throws ServiceError TF_LISTEN.
 */
export async function openServer(
  server: Server,
  options: OpenServerOptions,
  counters: Pick<IntakeCounters, 'acceptErrors'>,
  log: ListenerLog,
): Promise<{ readonly host: string; readonly port: number }> {
  const { name, logger, tls } = options;
  const address = await listen(server, name, options);
  server.on('error', (error) => {
    counters.acceptErrors.value += 1;
    log.warn('intake.accept_failed', `a connection could not be accepted: ${error.message}`);
  });
  logger.info('intake.listening', `${name} listens on ${address.host}:${address.port}`, {
    listener: name,
    ...address,
    tls: tls !== undefined,
  });
  return address;
}
