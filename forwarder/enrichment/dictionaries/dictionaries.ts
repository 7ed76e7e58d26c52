import type { Counter, CounterSource, Logger } from '../../core/index.js';
import type { Enrichment } from '../enrichment.js';
import type { RequestValue } from '../request-values.js';
import { openTable } from './open-table.js';
import type { Table } from './table.js';

/** A table that is looked up by one of its columns. */
export interface DictionaryOptions {
  /** Absolute. */
  readonly path: string;
  readonly key: string;
  readonly name: string;
  /** The name, when absent. */
  readonly category?: string | undefined;
  /** Of a CSV file; found out when absent. */
  readonly delimiter?: string | undefined;
}

/** All dictionaries, in memory. A changed file is opened anew as a whole. */
export interface Dictionaries {
  /** Keys that can be found, of all together. */
  readonly size: number;
  /**
   * What they know about the values, in the order of the values, then of the configuration. A value
   * is looked up as it is, under whatever key it came; one that is there twice counts once.
   */
  find(values: readonly RequestValue[]): readonly Enrichment[];
}

interface Tools {
  readonly logger: Logger;
  readonly counters: CounterSource;
}

interface Dictionary {
  readonly name: string;
  readonly category: string;
  readonly table: Table;
  readonly answers: Counter;
}

/** Reads all dictionaries. Throws ServiceError TF_CONFIG, with file and line, for one that is bad. */
export async function openDictionaries(
  options: readonly DictionaryOptions[],
  tools: Tools,
): Promise<Dictionaries> {
  const dictionaries: Dictionary[] = [];
  // One after another: each takes a processor while it is read.
  for (const one of options) dictionaries.push(await openDictionary(one, tools));
  const lookups = tools.counters.counter('tf_enrichment_lookups_total');

  return {
    size: dictionaries.reduce((sum, { table }) => sum + table.size, 0),
    find(values) {
      if (dictionaries.length === 0) return [];
      const found: Enrichment[] = [];
      for (const value of distinct(values)) {
        lookups.value += 1;
        for (const { name, category, table, answers } of dictionaries) {
          const context = table.find(value.text);
          if (context === undefined) continue;
          answers.value += 1;
          found.push({ source: name, category, value, context });
        }
      }
      return found;
    },
  };
}

async function openDictionary(
  options: DictionaryOptions,
  { logger, counters }: Tools,
): Promise<Dictionary> {
  const { name, category = name, path } = options;
  const startedAtMs = performance.now();
  const { table, taken, duplicates, withoutKey } = await openTable(options);
  const count = (outcome: string, rows: number): void => {
    counters.counter('tf_enrichment_rows_total', { source: name, outcome }).value += rows;
  };
  count('taken', taken);
  count('duplicate', duplicates);
  count('no_key', withoutKey);
  logger.info('enrichment.dictionary_loaded', `the dictionary ${name} has ${table.size} keys`, {
    path,
    duplicates,
    withoutKey,
    ms: Math.round(performance.now() - startedAtMs),
  });
  return {
    name,
    category,
    table,
    answers: counters.counter('tf_enrichment_answers_total', { source: name }),
  };
}

function distinct(values: readonly RequestValue[]): Iterable<RequestValue> {
  if (values.length < 2) return values;
  return new Map(values.map((value) => [`${value.key}=${value.text}`, value])).values();
}
