import { parse } from 'node:path';

import type { EnrichmentConfig } from '../../config/index.js';
import type { CounterSource, Extraction, Logger } from '../../core/index.js';
import { openDictionaries, requestValues, startEnrichers } from '../../enrichment/index.js';
import type { Dictionaries, Enrichers, Enrichment } from '../../enrichment/index.js';

export type Findings = readonly Enrichment[];

/** The dictionaries and enrichers of one configuration: what is asked beside the feeds. */
export class EnrichmentDesk {
  readonly #dictionaries: Dictionaries;
  readonly #enrichers: Enrichers;
  /** Lookups that wait for the enrichers. */
  #asked = 0;
  #onIdle: (() => void) | undefined;

  private constructor(dictionaries: Dictionaries, enrichers: Enrichers) {
    this.#dictionaries = dictionaries;
    this.#enrichers = enrichers;
  }

  /**
   * Reads the dictionaries and starts the enrichers; undefined when there are none. Throws
   * ServiceError TF_CONFIG for a file or a module that cannot be used.
   */
  static async open(
    { dictionaries, enrichers }: EnrichmentConfig,
    tools: { readonly logger: Logger; readonly counters: CounterSource },
  ): Promise<EnrichmentDesk | undefined> {
    if (dictionaries.length === 0 && enrichers.length === 0) return undefined;
    const tables = await openDictionaries(
      dictionaries.map((one) => ({ ...one, name: one.name ?? parse(one.path).name })),
      tools,
    );
    const asked = await startEnrichers(
      enrichers.map((one) => ({ ...one, name: one.name ?? parse(one.module).name })),
      tools,
    );
    return new EnrichmentDesk(tables, asked);
  }

  /** Whether an answer has to wait for enrichers. */
  get asksEnrichers(): boolean {
    return this.#enrichers.isOn;
  }

  /** What the dictionaries know about the values that the events of one line carry. */
  find(texts: readonly string[]): Findings {
    return this.#dictionaries.find(texts.flatMap(requestValues));
  }

  /** What the enrichers say; never rejects, and takes no longer than their time limits. */
  ask(texts: readonly string[], extractions: readonly Extraction[]): Promise<Findings> {
    const text = texts.join('\n');
    // The first event of the line that has a value counts, as its detections do.
    const values = extractions.toReversed().flatMap((extraction) => [...extraction.values]);
    this.#asked += 1;
    const answers = this.#enrichers.enrich({
      values: Object.fromEntries(values),
      observables: extractions.flatMap(({ observables }) =>
        observables.map(({ kind, text: found, value }) => ({ kind, text: found, value })),
      ),
      request: requestValues(text),
      text,
    });
    return answers.finally(() => {
      this.#asked -= 1;
      if (this.#asked === 0) this.#onIdle?.();
    });
  }

  /** Closes it when all that was asked is answered, which their time limits bound. Not asked any more. */
  async retire(): Promise<void> {
    if (this.#asked > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    await this.close();
  }

  /** Who waits for an answer gets none. */
  close(): Promise<void> {
    return this.#enrichers.close();
  }
}
