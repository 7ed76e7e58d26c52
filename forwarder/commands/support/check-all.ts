import { exitCodeOf, exitCodes, ServiceError } from '../../core/index.js';
import type { LoadedConfig } from '../../config/index.js';
import { probeCollector } from '../../delivery/index.js';
import { checkCollectors } from '../../service/collectors.js';
import { compileRules } from '../../service/rules.js';
import { checkTlsFiles } from '../../service/listening/tls-files.js';
import type { LoadedIndex } from '../../service/indexing/threat-index.js';
import { EnrichmentDesk } from '../../service/sessions/enrichment-desk.js';
import { createMetrics, silentLogger } from '../../telemetry/index.js';
import { configOf } from './config-options.js';
import { loadWithProgress } from './load-with-progress.js';
import { formatServiceError } from './report-error.js';
import { counted, printJson, printTable, statusMark } from './table.js';

interface Finding {
  readonly part: string;
  readonly status: 'ok' | 'warning' | 'failed';
  readonly detail: string;
  /** Of a failed part: the error's code, its place, and what to do. */
  readonly code?: string;
  readonly where?: string | undefined;
  readonly hint?: string | undefined;
}

const probeTimeoutMs = 5000;

/** Checks everything `run` needs, in the order it needs it; resolves to the exit code. */
export async function checkAll(options: Readonly<Record<string, unknown>>): Promise<number> {
  const findings: Finding[] = [];
  let exitCode: number = exitCodes.done;
  try {
    await inspect(options, findings);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (options['json'] !== true) process.stderr.write(formatServiceError(error));
    const { code, message, where, hint } = error;
    findings.push({ part: partOf(error), status: 'failed', detail: message, code, where, hint });
    exitCode = exitCodeOf(error);
  }
  if (exitCode === exitCodes.done && findings.some(({ status }) => status === 'failed')) {
    exitCode = exitCodes.unavailable;
  }
  if (options['json'] === true) {
    printJson({ ok: exitCode === exitCodes.done, exitCode, findings });
  } else {
    printTable(
      ['', 'part', 'finding'],
      findings.map(({ status, part, detail }) => [statusMark(status), part, firstLine(detail)]),
    );
  }
  return exitCode;
}

async function inspect(
  options: Readonly<Record<string, unknown>>,
  findings: Finding[],
): Promise<void> {
  const loaded = await configOf(options);
  findings.push({ part: 'configuration', status: 'ok', detail: loaded.origin });
  for (const warning of loaded.warnings) {
    findings.push({ part: 'configuration', status: 'warning', detail: warning });
  }
  const { collectorDialects, dialects } = await compileRules(loaded);
  findings.push({ part: 'templates', status: 'ok', detail: loaded.config.templates.directory });
  const names = [...new Set([...collectorDialects.keys(), ...dialects.keys()])];
  findings.push({ part: 'dialects', status: 'ok', detail: names.join(', ') });
  const patterns = loaded.config.sources.reduce((sum, { rules }) => sum + rules.length, 0);
  findings.push({
    part: 'sources',
    status: 'ok',
    detail: patterns === 0 ? 'built-in default source' : `${counted(patterns, 'rule')} compiled`,
  });
  await checkTlsFiles(loaded.config);
  await checkCollectors(loaded.config);
  findings.push(...(await enrichmentFindings(loaded)));
  if (options['feeds'] !== false) findings.push(...feedFindings(await loadWithProgress(loaded)));
  if (options['collectors'] === false) return;
  findings.push(...(await collectorFindings(loaded)));
}

/** Reads the dictionaries and starts the enrichers, as run does; throws as it does. */
async function enrichmentFindings({ config }: LoadedConfig): Promise<Finding[]> {
  const { dictionaries, enrichers } = config.enrichment;
  const tools = { logger: silentLogger, counters: createMetrics() };
  const desk = await EnrichmentDesk.open(config.enrichment, tools);
  if (desk === undefined) return [];
  await desk.close();
  const detail = `dictionaries: ${dictionaries.length}, enrichers: ${enrichers.length}`;
  return [{ part: 'enrichment', status: 'ok', detail }];
}

function feedFindings({ feeds }: LoadedIndex): Finding[] {
  return feeds.map(({ name, state, records, leftOut, failure }) => {
    const part = `feed ${name}`;
    if (failure !== undefined && state !== 'loaded') {
      return { part, status: 'warning', detail: `${state}: ${failure.message}` };
    }
    const count = leftOut.reduce((sum, reason) => sum + reason.count, 0);
    const first = leftOut[0];
    if (first === undefined) return { part, status: 'ok', detail: counted(records, 'record') };
    const example = `${first.first[0] === undefined ? '' : `record ${first.first[0]}: `}${first.example}`;
    const detail = `${counted(records, 'record')}, ${count} left out (${example})`;
    return { part, status: 'warning', detail };
  });
}

async function collectorFindings(loaded: LoadedConfig): Promise<Finding[]> {
  const { collectors } = loaded.config.delivery;
  if (collectors.length === 0) {
    return [{ part: 'collectors', status: 'ok', detail: 'none: messages go to standard output' }];
  }
  return Promise.all(
    collectors.map(async (collector): Promise<Finding> => {
      const probe = await probeCollector(collector, probeTimeoutMs);
      const part = `collector ${probe.url}`;
      switch (probe.outcome) {
        case 'reachable':
          return { part, status: 'ok', detail: 'reachable' };
        case 'not_checkable':
          return { part, status: 'warning', detail: probe.detail };
        case 'unreachable':
          return { part, status: 'failed', detail: probe.detail };
        default:
          return probe satisfies never;
      }
    }),
  );
}

function partOf(error: ServiceError): string {
  switch (error.code) {
    case 'TF_TEMPLATE':
      return 'templates';
    case 'TF_PATTERN':
      return 'sources';
    case 'TF_FEED':
      return 'feeds';
    default:
      return 'configuration';
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
