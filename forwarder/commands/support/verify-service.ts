import { readFile } from 'node:fs/promises';

import { exitCodes, ServiceError } from '../../core/index.js';
import type { LoadedConfig } from '../../config/index.js';
import { feedRequest } from '../../service/indexing/index-inputs.js';
import { openFeeds } from '../../feeds/index.js';
import {
  runVerification,
  startCollector,
  toJson,
  toText,
  VerificationError,
} from '../../../verification/index.js';
import type { Collector, VerificationReport } from '../../../verification/index.js';
import { configOf } from './config-options.js';
import { parseAddress } from './parse-address.js';
import { startOwnService } from './own-service.js';
import { sendResult } from './send-result.js';
import { printJson } from './table.js';

type Options = Readonly<Record<string, unknown>>;

/** Runs the verification test as the options say; resolves to the exit code. */
export async function verifyService(options: Options): Promise<number> {
  const isLoopback = options['loopback'] === true;
  const service = options['service'] as string | undefined;
  const listen = options['listen'] as string | undefined;
  if (isLoopback === (service !== undefined) || (!isLoopback && listen === undefined)) {
    throw new ServiceError('TF_USAGE', 'say around which service to play JSA', {
      hint: 'use either --loopback, or --service HOST:PORT together with --listen URL',
    });
  }
  const report = await withServiceErrors(() =>
    isLoopback ? aroundOwnService(options) : aroundRunningService(options, service, listen),
  );
  if (options['json'] === true) printJson(toJson(report));
  else process.stdout.write(toText(report, { colors: hasColors() }));
  if (options['sendResult'] === true) await sendResult(await configOf(options), report);
  return report.passed ? exitCodes.done : exitCodes.fellShort;
}

async function aroundOwnService(options: Options): Promise<VerificationReport> {
  const loaded = await configOf(options);
  const collector = await startCollector('tcp://127.0.0.1:0');
  try {
    const service = await startOwnService([
      ...configArguments(options),
      '--set',
      `delivery.collectors=${JSON.stringify([collector.url])}`,
      // The configured spool is that of the service which runs with this configuration.
      ...['--set', 'delivery.spool=false'],
    ]);
    try {
      return await runVerification({
        ...runOptions(options),
        service: { host: service.host, port: service.port },
        collector,
        feeds: feedNames(options) ?? (await loadedFeedNames(loaded)),
        identifier: identifierOf(options) ?? loaded.config.identifier,
      });
    } finally {
      await service.stop();
    }
  } finally {
    await collector.close();
  }
}

async function aroundRunningService(
  options: Options,
  service = '',
  listen = '',
): Promise<VerificationReport> {
  const collector = await openCollector(options, listen);
  try {
    const feeds = feedNames(options);
    const identifier = identifierOf(options);
    return await runVerification({
      ...runOptions(options),
      service: parseAddress(service, '--service'),
      collector,
      ...(feeds === undefined ? {} : { feeds }),
      ...(identifier === undefined ? {} : { identifier }),
    });
  } finally {
    await collector.close();
  }
}

async function openCollector(options: Options, listen: string): Promise<Collector> {
  const [cert, key] = [options['tlsCert'], options['tlsKey']];
  if (typeof cert !== 'string' || typeof key !== 'string') return startCollector(listen);
  const tls = { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
  return startCollector(listen, { tls });
}

function runOptions(options: Options) {
  const events = options['events'] as readonly string[];
  const expectedFile = options['expected'] as string | undefined;
  const seconds = Number(options['timeLimit']);
  const format = options['format'];
  if (format !== 'json' && format !== 'payload') {
    throw new ServiceError('TF_USAGE', `--format must be json or payload, not "${String(format)}"`);
  }
  if (!(seconds > 0)) {
    throw new ServiceError('TF_USAGE', '--time-limit must be a number of seconds above 0');
  }
  return {
    format,
    timeLimitMs: seconds * 1000,
    ...(events.length === 0 ? {} : { eventPatterns: events }),
    ...(expectedFile === undefined ? {} : { expectedFile }),
  } as const;
}

/** The options of the command that are meant for the service's configuration. */
function configArguments(options: Options): readonly string[] {
  const file = options['config'] as string | undefined;
  const set = options['set'] as readonly string[];
  return [
    ...(file === undefined ? [] : ['--config', file]),
    ...set.flatMap((value) => ['--set', value]),
  ];
}

function feedNames(options: Options): readonly string[] | undefined {
  const names = options['feeds'] as string | undefined;
  return names?.split(',').map((name) => name.trim());
}

async function loadedFeedNames(loaded: LoadedConfig): Promise<string[]> {
  const { feeds, allowLists, baseDirectory } = feedRequest(loaded);
  const files = await openFeeds(feeds, allowLists, { baseDirectory });
  return files.filter(({ info }) => info.role !== 'suppress').map(({ info }) => info.name);
}

function identifierOf(options: Options): string | undefined {
  return options['identifier'] as string | undefined;
}

function hasColors(): boolean {
  return process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
}

/** The verification knows nothing of the service's errors; their codes mean the same. */
async function withServiceErrors<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    throw new ServiceError(error.code, error.message, {
      where: error.where,
      hint: error.hint,
      cause: error,
    });
  }
}
