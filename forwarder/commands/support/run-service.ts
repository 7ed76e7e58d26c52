import { exitCodes, ServiceError } from '../../core/index.js';
import type { Logger } from '../../core/index.js';
import type { LoadedConfig } from '../../config/index.js';
import type { PortalCredentials } from '../../lookup/index.js';
import { socketFor, takeInheritedSockets } from '../../service/listening/inherited-sockets.js';
import { createServiceManager } from '../../service/operation/service-manager.js';
import { Service } from '../../service/service.js';
import { createLogger, createMetrics, limitLog, LogFile } from '../../telemetry/index.js';
import { configOf } from './config-options.js';
import { packageVersion } from './package.js';
import { createProgressBar } from './progress.js';
import { catchSignals } from './signals.js';

/** Beyond `service.stopSeconds`: the time that the stages take to see that theirs is over. */
const stopGraceMs = 500;

/** Runs the service until a signal stops it; resolves to the exit code. */
export async function runService(options: Readonly<Record<string, unknown>>): Promise<number> {
  const loaded = await configOf(options);
  refuseRoot(loaded);
  const { logger, file } = await openLog(loaded);
  try {
    return await runLogged(options, loaded, logger, file);
  } finally {
    await file?.close();
  }
}

async function runLogged(
  options: Readonly<Record<string, unknown>>,
  loaded: LoadedConfig,
  logger: Logger,
  file: LogFile | undefined,
): Promise<number> {
  for (const warning of loaded.warnings) logger.warn('config.warning', warning);
  if (isRoot()) {
    logger.warn('security.root', 'running as root: use a user of its own (security.refuseRoot)');
  }
  const bar = createProgressBar({ stream: process.stderr, nowMs: Date.now });
  // Signals are caught before anything is open, or an early one would skip the orderly stop.
  const signals = catchSignals();
  const { env, pid } = process;
  const inherited = socketFor('jsa', takeInheritedSockets(env, pid));
  const manager = createServiceManager({ env, pid, logger });
  let service: Service;
  try {
    service = await Service.start({
      loaded,
      reread: () => configOf(options),
      logger,
      metrics: createMetrics({ withProcess: true }),
      version: packageVersion(),
      inherited,
      findPortalCredentials: (current) => findPortalCredentials(current, logger),
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
  manager.ready(statusLine(service));
  let reloads = 0;
  signals.onHangup(() => {
    if (signals.stop.signal.aborted) return;
    file?.reopen();
    // Those that come during one are done with it: the manager is told of one.
    reloads += 1;
    if (reloads === 1) manager.reloading();
    void service.reload().then((isInUse) => {
      reloads -= 1;
      if (reloads > 0 || signals.stop.signal.aborted) return;
      const kept = isInUse ? '' : 'the last reload was refused; ';
      manager.ready(`${kept}${statusLine(service)}`);
    });
  });
  await signals.stopped;
  logger.info('service.stopping', 'finishing what was received');
  manager.stopping();
  const isInTime = await endsWithin(
    service.stop(),
    loaded.config.service.stopSeconds * 1000 + stopGraceMs,
  );
  await manager.close();
  if (!isInTime) {
    logger.error(
      'service.stop_cut',
      'the stop took longer than service.stopSeconds: it is cut off',
    );
    await endsWithin(file?.close() ?? Promise.resolve(), stopGraceMs);
    // Whatever hangs would keep the process.
    process.exit(exitCodes.internal);
  }
  logger.info('service.stopped', 'stopped');
  return exitCodes.done;
}

/** Who asks the portal, for `lookup.enrich`; what is wrong with the files is said in the log. */
async function findPortalCredentials(
  loaded: LoadedConfig,
  logger: Logger,
): Promise<PortalCredentials> {
  const { findCredentials } = await import('./lookup/credentials.js');
  const { credentials, warnings } = await findCredentials(loaded, process.env);
  for (const warning of warnings) logger.warn('lookup.credentials', warning);
  return credentials;
}

/** The log on standard error, and in a file where the configuration names one. */
async function openLog({
  config: { log },
}: LoadedConfig): Promise<{ readonly logger: Logger; readonly file: LogFile | undefined }> {
  const isPretty = log.format === 'pretty' || (log.format === 'auto' && process.stderr.isTTY);
  const made: { logger?: Logger } = {};
  const file =
    log.file === undefined
      ? undefined
      : new LogFile({
          path: log.file,
          maxBytes: log.maxBytes,
          keep: log.keep,
          onProblem: (message) => made.logger?.error('log.file_failed', message),
          onWell: (message) => made.logger?.info('log.file_recovered', message),
        });
  const format = isPretty ? 'pretty' : 'json';
  const logger = limitLog(await createLogger({ level: log.level, format, file }));
  made.logger = logger;
  return { logger, file };
}

/** Whether it ended within the time. */
async function endsWithin(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, limitMs);
  });
  try {
    return await Promise.race([work.then(() => true), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** One line for `systemctl status`. */
function statusLine(service: Service): string {
  const { jsa, cybertrace } = service.addresses;
  const indicators = service.index?.compiled.index.indicatorCount ?? 0;
  const open = jsa ?? cybertrace;
  const where = open === undefined ? 'no listener' : `listening on ${open.host}:${open.port}`;
  return `${where}, ${indicators} indicators`;
}

function announce(service: Service, loaded: LoadedConfig, logger: Logger): void {
  const { jsa, cybertrace, http } = service.addresses;
  logger.info('service.started', 'the service is ready', {
    jsa: jsa && `${jsa.host}:${jsa.port}`,
    cybertrace: cybertrace && `${cybertrace.host}:${cybertrace.port}`,
    http: http && `${http.host}:${http.port}`,
    indicators: service.index?.compiled.index.indicatorCount,
    configuration: loaded.origin,
  });
  if (loaded.origin === 'built-in' && jsa !== undefined) process.stderr.write(hints(jsa));
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
