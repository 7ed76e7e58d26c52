import { exitCodes, ServiceError } from '../../core/index.js';
import type { Logger } from '../../core/index.js';
import type { LoadedConfig } from '../../config/index.js';
import { Service } from '../../service/service.js';
import { createLogger, createMetrics } from '../../telemetry/index.js';
import { configOf } from './config-options.js';
import { packageVersion } from './package.js';
import { createProgressBar } from './progress.js';

/** Runs the service until a signal stops it; resolves to the exit code. */
export async function runService(options: Readonly<Record<string, unknown>>): Promise<number> {
  const loaded = await configOf(options);
  refuseRoot(loaded);
  const { log } = loaded.config;
  const isPretty = log.format === 'pretty' || (log.format === 'auto' && process.stderr.isTTY);
  const logger = await createLogger({ level: log.level, format: isPretty ? 'pretty' : 'json' });
  for (const warning of loaded.warnings) logger.warn('config.warning', warning);
  if (isRoot()) {
    logger.warn('security.root', 'running as root: use a user of its own (security.refuseRoot)');
  }
  const bar = createProgressBar({ stream: process.stderr, nowMs: Date.now });
  // Signals are caught before anything is open, or an early one would skip the orderly stop.
  const signals = catchSignals();
  let service: Service;
  try {
    service = await Service.start({
      loaded,
      reread: () => configOf(options),
      logger,
      metrics: createMetrics({ withProcess: true }),
      version: packageVersion(),
      signal: signals.stop.signal,
      onProgress: ({ bytes, totalBytes, feed }) => {
        bar.update(bytes, totalBytes, `loading ${feed}`);
      },
    });
  } catch (error) {
    if (!signals.stop.signal.aborted) throw error;
    logger.info('service.stopped', 'stopped before it was ready');
    return exitCodes.done;
  } finally {
    bar.clear();
  }
  announce(service, loaded, logger);
  signals.onHangup(() => void service.reload());
  await signals.stopped;
  logger.info('service.stopping', 'finishing what was received');
  await service.stop();
  logger.info('service.stopped', 'stopped');
  return exitCodes.done;
}

function announce(service: Service, loaded: LoadedConfig, logger: Logger): void {
  const { jsa, http } = service.addresses;
  logger.info('service.started', 'the service is ready', {
    jsa: jsa && `${jsa.host}:${jsa.port}`,
    http: http && `${http.host}:${http.port}`,
    indicators: service.index?.compiled.index.indicatorCount,
    configuration: loaded.origin,
  });
  if (loaded.origin === 'built-in' && jsa !== undefined) process.stderr.write(hints(jsa));
}

interface CaughtSignals {
  /** Aborted by the first SIGTERM or SIGINT; a second one ends the process at once. */
  readonly stop: AbortController;
  readonly stopped: Promise<void>;
  /** Names what SIGHUP does; one that came earlier is made up for. */
  onHangup(reload: () => void): void;
}

function catchSignals(): CaughtSignals {
  const stop = new AbortController();
  let reload: (() => void) | undefined;
  let isReloadDue = false;
  const stopped = new Promise<void>((resolve) => {
    const onSignal = (): void => {
      if (stop.signal.aborted) process.exit(exitCodes.internal);
      stop.abort();
      resolve();
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
  process.on('SIGHUP', () => {
    if (reload === undefined) isReloadDue = true;
    else reload();
  });
  return {
    stop,
    stopped,
    onHangup(action) {
      reload = action;
      if (isReloadDue) action();
    },
  };
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function refuseRoot(loaded: LoadedConfig): void {
  if (!isRoot() || !loaded.config.security.refuseRoot) return;
  throw new ServiceError('TF_CONFIG', 'the service must not run as root', {
    where: 'security.refuseRoot',
    hint: 'start it as a user of its own, or set security.refuseRoot to false',
  });
}

/** What a newcomer can try: three lines, each to be pasted as it is. */
function hints({ host, port }: { readonly host: string; readonly port: number }): string {
  return `
Try, in a second terminal (bash):
  printf 'url=http://fakess123r.nu\\tusrName=alice\\n' >/dev/tcp/${host}/${port}    a test event: a LEEF line appears here
  npx threat-forwarder explain 'url=http://fakess123r.nu usrName=alice'       what an event leads to, step by step
  npx threat-forwarder verify --loopback                                     the whole verification test

`;
}
