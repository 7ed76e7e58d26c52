import { exitCodes } from '../../../../core/index.js';
import type { LoadedConfig } from '../../../../config/index.js';
import type { ConsoleClient } from '../../../../../dsm/console/console-client.js';
import { identifiers } from '../../../../../dsm/identity.js';
import {
  consoleReportJson,
  openSyslogSender,
  runConsoleVerification,
  sendTestEvents,
  type ConsoleReport,
  type SearchConsole,
} from '../../../../../verification/console/index.js';
import { configOf } from '../../config-options.js';
import { sendResult } from '../../send-result.js';
import { printJson } from '../../table.js';
import { consoleSources, ofIdentifier } from '../doctor/console-sources.js';
import { withConsole } from '../open-console.js';
import { serviceAsker } from './ask-service.js';
import { findResult } from './find-result.js';
import { configuredFeeds, namedFeeds } from './judged-feeds.js';
import { verifyText } from './report-text.js';
import { secondsOf } from './seconds.js';
import { withServiceErrors } from './service-errors.js';
import { syslogTargetOf } from './syslog-target.js';

type Options = Readonly<Record<string, unknown>>;

const connectLimitMs = 10_000;

/** Verifies the whole way through JSA as the options say; resolves to the exit code. */
export async function verifyInJsa(options: Options): Promise<number> {
  const timeLimitMs = secondsOf(options['timeLimit'], '--time-limit');
  if (options['sendOnly'] === true) return sendOnly(options, await configOf(options));
  return withConsole(options, (client, loaded, signal) =>
    withServiceErrors(() => verify(options, { client, loaded, signal, timeLimitMs })),
  );
}

interface Verifying {
  readonly client: ConsoleClient;
  readonly loaded: LoadedConfig;
  readonly signal: AbortSignal;
  readonly timeLimitMs: number;
}

async function verify(options: Options, verifying: Verifying): Promise<number> {
  const { client, loaded, signal, timeLimitMs } = verifying;
  const { searchEvents } = await import('../../../../../dsm/console/index.js');
  const search: SearchConsole = (aql, limitMs) =>
    searchEvents<Readonly<Record<string, unknown>>>(client, aql, { timeLimitMs: limitMs, signal });
  const { identifier } = loaded.config;
  const target = await syslogTargetOf(options, loaded);
  const askService = serviceAsker(options, loaded);
  const sources = await consoleSources(client, [identifier, identifiers.verification]);
  const keyOf = (name: string) => ({
    identifier: name,
    names: ofIdentifier(sources, name).map((source) => source.name),
  });
  const sender = await openSyslogSender(target, connectLimitMs, signal);
  let report: ConsoleReport;
  try {
    report = await runConsoleVerification({
      search,
      sender,
      detections: keyOf(identifier),
      verification: keyOf(identifiers.verification),
      eventPatterns: patternsOf(options),
      expectedFile: options['expected'] as string | undefined,
      feeds: namedFeeds(options),
      otherwiseFeeds: await configuredFeeds(loaded),
      timeLimitMs,
      ...(askService === undefined ? {} : { askService }),
      onProgress: (passed, rows) => {
        if (process.stderr.isTTY) {
          process.stderr.write(`\r\u001b[K${passed} of ${rows} detections in JSA`);
        }
      },
      signal,
    });
  } finally {
    sender.close();
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  }
  const result =
    options['sendResult'] === true ? await sendAndFind(verifying, search, report) : undefined;
  const isResultWell = result === undefined || result === 'named';
  if (options['json'] === true) {
    printJson({ ...consoleReportJson(report), ...(result === undefined ? {} : { result }) });
  } else {
    process.stdout.write(verifyText(report) + resultText(result));
  }
  return report.passed && isResultWell ? exitCodes.done : exitCodes.fellShort;
}

type FoundResult = Awaited<ReturnType<typeof findResult>>;

async function sendAndFind(
  { loaded, signal, timeLimitMs }: Verifying,
  search: SearchConsole,
  report: ConsoleReport,
): Promise<FoundResult> {
  await sendResult(loaded, report);
  const { identifier } = loaded.config;
  return findResult({ search, identifier, runId: report.runId, timeLimitMs, signal });
}

function resultText(result: FoundResult | undefined): string {
  switch (result) {
    case undefined:
      return '';
    case 'named':
      return 'the outcome is on record: KL_EVALUATION_Verification is in JSA\n';
    case 'unknown':
    case 'stored':
      return `KL_EVALUATION_Verification is in JSA, and is ${result === 'unknown' ? 'Unknown' : 'Stored'}: threat-forwarder dsm apply maps it\n`;
    case 'missing':
      return 'KL_EVALUATION_Verification is not in JSA: check delivery.collectors\n';
    default:
      return result satisfies never;
  }
}

async function sendOnly(options: Options, loaded: LoadedConfig): Promise<number> {
  return withServiceErrors(async () => {
    const target = await syslogTargetOf(options, loaded);
    const sender = await openSyslogSender(target, connectLimitMs);
    try {
      const { mark, events, sent } = await sendTestEvents({
        sender,
        eventPatterns: patternsOf(options),
      });
      const { runId, sourceAddress } = mark;
      if (options['json'] === true) {
        printJson({ run: { id: runId, sourceAddress, collector: sender.address }, events, sent });
      } else {
        process.stdout.write(
          `${sent} of ${events} test events sent to ${sender.address}\n` +
            `look for them in JSA by the source address ${sourceAddress}, or by vid=${runId}\n`,
        );
      }
      return sent === events ? exitCodes.done : exitCodes.fellShort;
    } finally {
      sender.close();
    }
  });
}

function patternsOf(options: Options): readonly string[] | undefined {
  const patterns = options['events'] as readonly string[];
  return patterns.length === 0 ? undefined : patterns;
}
