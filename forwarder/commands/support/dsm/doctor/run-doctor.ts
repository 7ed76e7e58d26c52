import type { ConsoleClient } from '../../../../../dsm/console/console-client.js';
import { exitCodes, ServiceError } from '../../../../core/index.js';
import type { LoadedConfig } from '../../../../config/index.js';
import type { SyslogTarget } from '../../../../../verification/console/index.js';
import { formatTable, printable, printJson, statusMark } from '../../table.js';
import { processSurroundings, type ConsoleSurroundings } from '../console-surroundings.js';
import { withConsole } from '../open-console.js';
import { secondsOf } from '../verify/seconds.js';
import { syslogTargetOf } from '../verify/syslog-target.js';
import { doctorChecks } from './checks/index.js';
import { doctorContext } from './context.js';
import { runChecks, type CheckedFinding } from './run-checks.js';

type Options = Readonly<Record<string, unknown>>;

/** Runs all checks as the options say; resolves to the exit code. */
export async function diagnose(
  options: Options,
  surroundings: ConsoleSurroundings = processSurroundings(),
): Promise<number> {
  const timeLimitMs = secondsOf(options['timeLimit'], '--time-limit');
  const look = async (
    client: ConsoleClient,
    loaded: LoadedConfig,
    signal: AbortSignal,
  ): Promise<number> => {
    const collector = await collectorOf(options, loaded);
    const context = doctorContext({ client, loaded, collector, timeLimitMs, signal });
    const findings = await runChecks(doctorChecks, context);
    // What was asked after that failed for no reason that tells anything of JSA.
    if (signal.aborted) throw interrupted();
    const hasFailed = findings.some(({ status }) => status === 'failed');
    if (options['json'] === true) printJson({ ok: !hasFailed, findings });
    else process.stdout.write(doctorText(findings));
    return hasFailed ? exitCodes.fellShort : exitCodes.done;
  };
  return withConsole(options, look, surroundings);
}

function interrupted(): ServiceError {
  return new ServiceError('TF_CONSOLE', 'interrupted: nothing is told of what was not looked at', {
    where: 'dsm doctor',
    hint: 'run it again; it changes nothing',
  });
}

/** The findings for a person. Ends with LF. */
export function doctorText(findings: readonly CheckedFinding[]): string {
  const rows = findings.map(({ status, title, finding, toDo }) => [
    statusMark(status),
    title,
    printable(finding, 400),
    printable(toDo ?? '', 400),
  ]);
  const count = (status: CheckedFinding['status']): number =>
    findings.filter((finding) => finding.status === status).length;
  const sum = `${count('failed')} to put right, ${count('warning')} worth a look, ${count('ok')} well`;
  return `${formatTable(['', 'check', 'finding', 'what to do'], rows)}\n\n${sum}\n`;
}

/** Nothing that says where the collector is, is a finding and no error of usage. */
async function collectorOf(
  options: Options,
  loaded: LoadedConfig,
): Promise<SyslogTarget | undefined> {
  const { console, delivery } = loaded.config;
  const isNamed =
    options['syslog'] !== undefined ||
    console.syslog !== undefined ||
    delivery.collectors.length > 0;
  if (!isNamed) return undefined;
  try {
    return await syslogTargetOf(options, loaded);
  } catch (error) {
    // Only sockets of this machine.
    if (error instanceof ServiceError && options['syslog'] === undefined) return undefined;
    throw error;
  }
}
