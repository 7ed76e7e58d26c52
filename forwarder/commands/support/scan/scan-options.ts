import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

import { ServiceError } from '../../../core/index.js';
import { collectorTarget, defaultHeaderHost } from './collector-connection.js';
import type { CollectorTarget } from './collector-connection.js';
import { parseServiceAddress } from './service-address.js';
import type { ServiceAddress } from './service-address.js';
import {
  defaultSettings,
  mostThreads,
  mostTimeoutSeconds,
  readScanSettings,
  wholeNumber,
} from './scan-settings.js';
import { checkPattern, hashValue, ipValue, urlValue, valueEvent } from './value-events.js';

/** Who looks the events up, or takes them. */
export type ScanTarget =
  | { readonly kind: 'service'; readonly address: ServiceAddress; readonly wantsReplies: boolean }
  | {
      readonly kind: 'collector';
      readonly collector: CollectorTarget;
      /** Host of the syslog header of lines that have none; undefined: no header. */
      readonly header: string | undefined;
    }
  | { readonly kind: 'local' };

/** The options of `scan`, checked, with those of its configuration file. */
export interface ScanOptions {
  readonly target: ScanTarget;
  /** Events made of values. */
  readonly events: readonly string[];
  readonly paths: readonly string[];
  readonly threads: number;
  readonly timeoutMs: number;
  readonly finished: string;
  readonly outputDirectory: string;
  readonly writesReport: boolean;
  /** Absolute path, `-` for standard output. */
  readonly csv: string | undefined;
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  readonly failsOnDetect: boolean;
  readonly resumes: boolean;
  readonly skipsComments: boolean;
  /** Whether detections are shown on standard output. */
  readonly showsFound: boolean;
}

type Given = Readonly<Record<string, unknown>>;

/**
 * Checks the options and joins them with the configuration file -c names. Throws ServiceError
 * TF_USAGE for what does not go together.
 */
export async function readScanOptions(
  given: Given,
  args: readonly string[],
  cwd: string,
  onNotice: (text: string) => void,
): Promise<ScanOptions> {
  const file = textOf(given, 'config');
  const settings =
    file === undefined ? defaultSettings(cwd) : await readScanSettings(file, cwd, onNotice);
  const values = [
    ...listOf(given, 'ip').map(ipValue),
    ...listOf(given, 'hash').map(hashValue),
    ...listOf(given, 'url').map(urlValue),
  ];
  checkPattern(settings.pattern, values);
  const paths = [...listOf(given, 'path'), ...args];
  if (paths.length === 0 && values.length === 0) {
    throw usage('there is nothing to scan', 'name files with -p, or values with -s, -u or -i');
  }
  const csv = textOf(given, 'csv');
  const isJson = given['json'] === true;
  if (csv === '-' && isJson) {
    throw usage('--csv - and --json both want standard output', 'name a file: --csv FILE');
  }
  const writesReport = given['report'] === true;
  const failsOnDetect = given['failOnDetect'] === true;
  const wantsReplies =
    writesReport || failsOnDetect || isJson || csv !== undefined || values.length > 0;
  const target = targetOf(given, settings.connection, wantsReplies);
  if (target.kind === 'collector' && (writesReport || failsOnDetect || csv !== undefined)) {
    throw usage(
      'a collector does not answer: there is nothing to report',
      'leave -r, --csv and --fail-on-detect out, or ask the service: --connect',
    );
  }
  const isElsewhere = writesReport || isJson || csv !== undefined;
  // Verbose shows what is written to a file too; standard output is for one thing only.
  const isShown =
    target.kind !== 'collector' && (!isElsewhere || (settings.isVerbose && !isJson && csv !== '-'));
  const usualThreads =
    target.kind === 'local' ? Math.min(settings.threads, availableParallelism()) : settings.threads;
  const output = textOf(given, 'outputDir');
  return {
    target,
    events: values.map((value) => valueEvent(settings.pattern, value)),
    paths,
    threads: wholeNumber(textOf(given, 'threads'), usualThreads, mostThreads, '--threads'),
    timeoutMs:
      1000 *
      wholeNumber(
        textOf(given, 'timeout'),
        settings.timeoutSeconds,
        mostTimeoutSeconds,
        '--timeout',
      ),
    finished: finishedOf(given),
    outputDirectory: output === undefined ? settings.outputDirectory : resolve(cwd, output),
    writesReport,
    csv: csv === undefined || csv === '-' ? csv : resolve(cwd, csv),
    isJson,
    isQuiet: given['quiet'] === true,
    failsOnDetect,
    resumes: given['resume'] === true,
    skipsComments: given['skipComments'] === true,
    showsFound: isShown && (target.kind === 'local' || wantsReplies),
  };
}

function targetOf(given: Given, connection: string, wantsReplies: boolean): ScanTarget {
  const connect = textOf(given, 'connect');
  const url = textOf(given, 'collector');
  const isLocal = given['local'] === true;
  if ([connect !== undefined, url !== undefined, isLocal].filter(Boolean).length > 1) {
    throw usage('--connect, --collector and --local exclude each other', 'give one of them');
  }
  const service = [textOf(given, 'serviceConfig'), listOf(given, 'set')[0], given['dialect']];
  if (!isLocal && service.some((one) => one !== undefined)) {
    throw usage(
      '--service-config, --set and --dialect are for --local',
      'add --local; the configuration of Log Scanner is named by -c',
    );
  }
  const { header, ca } = { header: given['header'], ca: textOf(given, 'ca') };
  if (url === undefined && (header !== undefined || ca !== undefined)) {
    throw usage('--header and --ca belong to --collector', 'add --collector URL');
  }
  if (isLocal) return { kind: 'local' };
  if (url !== undefined) {
    const host = header === true ? defaultHeaderHost : header;
    return {
      kind: 'collector',
      collector: collectorTarget(url, ca),
      header: typeof host === 'string' ? host : undefined,
    };
  }
  const where = connect === undefined ? 'Connection' : '--connect';
  const address = parseServiceAddress(connect ?? connection, where);
  return { kind: 'service', address, wantsReplies };
}

function finishedOf(given: Given): string {
  const text = textOf(given, 'finished') ?? 'LookupFinished';
  if (text !== '' && !/[\r\n]/.test(text)) return text;
  throw usage('--finished must be the begin of a line', 'for example --finished LookupFinished');
}

function textOf(given: Given, name: string): string | undefined {
  const value = given[name];
  return typeof value === 'string' ? value : undefined;
}

function listOf(given: Given, name: string): readonly string[] {
  return (given[name] as readonly string[] | undefined) ?? [];
}

function usage(message: string, hint: string): ServiceError {
  return new ServiceError('TF_USAGE', message, { hint });
}
