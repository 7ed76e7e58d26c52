import picocolors from 'picocolors';

import { exitCodes, ServiceError } from '../../../core/index.js';
import type { LoadedConfig } from '../../../config/index.js';
import type { CompiledIndex } from '../../../matching/index.js';
import { openIndexFile } from '../../../service/indexing/index-input.js';
import { keptFile } from '../../../service/indexing/index-store.js';
import { configOf } from '../config-options.js';
import { indicatorText } from './inspect.js';
import { findRecords, type FoundRecord, type Verdict } from './search-find.js';
import { searchForms, type SearchForm } from './search-forms.js';
import { indented } from './tables.js';
import { loadWithProgress } from '../load-with-progress.js';
import { formatServiceError } from '../report-error.js';
import { counted, formatTable, printable, printJson } from '../table.js';

interface Searched {
  readonly given: string;
  readonly forms: readonly SearchForm[];
  readonly found: readonly FoundRecord[];
}

/**
 * Shows every record that would match the indicators, and what would become of it; resolves to the
 * exit code: 1 when no feed has one of them.
 */
export async function searchFeeds(
  options: Readonly<Record<string, unknown>>,
  indicators: readonly string[],
): Promise<number> {
  const wanted = indicators.map((given) => ({ given, forms: searchForms(given) }));
  const loaded = await configOf(options);
  const index = await openToSearch(loaded);
  try {
    const { minConfidence } = loaded.config.matching;
    const all = wanted.map(({ given, forms }): Searched => ({
      given,
      forms,
      found: findRecords(forms, index.compiled.index, minConfidence),
    }));
    if (options['json'] === true) printJson({ indicators: all.map(searchedJson) });
    else process.stdout.write(all.map(searchedText).join('\n'));
    return all.every(({ found }) => found.length > 0) ? exitCodes.done : exitCodes.fellShort;
  } finally {
    index.close();
  }
}

/** The index of the feeds as they are now; where one of them cannot be read, that the service keeps. */
async function openToSearch(
  loaded: LoadedConfig,
): Promise<{ readonly compiled: CompiledIndex; close(): void }> {
  try {
    return await loadWithProgress(loaded);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'TF_FEED') throw error;
    const kept = await openIndexFile(keptFile(loaded.config.index.directory)).catch(
      () => undefined,
    );
    if (kept === undefined) throw error;
    process.stderr.write(formatServiceError(error));
    process.stderr.write('  the index the service keeps is searched instead\n');
    return kept;
  }
}

function searchedText({ given, forms, found }: Searched): string {
  const first = forms[0]?.observable;
  const form = first === undefined ? '' : ` (${first.kind} ${printable(first.value)})`;
  const head = `${picocolors.bold(printable(given))}${form}: `;
  if (found.length === 0) return `${head}${picocolors.green('in no feed')}\n`;
  const records = found.map((record, index) => recordText(record, index + 1));
  return `${head}${counted(found.length, 'record')}\n\n${records.join('\n\n')}\n`;
}

function recordText({ form, match, category, why, verdict }: FoundRecord, number: number): string {
  const { feed, indicator, context, actionable = [] } = match;
  const seen = form === 'as-url' ? ' (only where the event has it as a URL)' : '';
  const rows: [string, string][] = [
    ['result', verdictText(verdict)],
    ['indicator', printable(indicatorText(indicator))],
    ['why', `${printable(why)}${seen}`],
    ['category', category],
    ['confidence', String(feed.confidence)],
    ...[...context, ...actionable].map(([name, value]): [string, string] => [
      `  ${printable(name, 60)}`,
      printable(value),
    ]),
  ];
  return indented(formatTable([String(number), feed.name], rows));
}

function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'detected':
      return picocolors.red('detected');
    case 'counted':
      return picocolors.yellow(`detected, counted, not sent: ${verdict.why}`);
    case 'suppressed':
      return picocolors.yellow(
        `not detected: covered by ${verdict.by} (${printable(verdict.indicator)})`,
      );
    case 'allows':
      return picocolors.green('an allow-list: what it covers is not detected');
    case 'searched':
      return picocolors.yellow('not detected: the feed is only searched (usedInMatching: false)');
    default:
      return verdict satisfies never;
  }
}

function searchedJson({ given, forms, found }: Searched): unknown {
  return {
    given,
    readAs: forms.map(({ kind, observable }) => ({
      form: kind,
      kind: observable.kind,
      value: observable.value,
    })),
    found: found.map(({ form, match, category, why, verdict }) => ({
      feed: match.feed.name,
      role: match.feed.role,
      confidence: match.feed.confidence,
      category,
      indicator: match.indicator,
      form,
      why,
      verdict,
      context: Object.fromEntries(match.context),
      ...(match.actionable === undefined
        ? {}
        : { actionable: Object.fromEntries(match.actionable) }),
    })),
  };
}
